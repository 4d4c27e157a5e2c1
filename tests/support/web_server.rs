//! A web server in this process: takes posts, and answers with the codes that the test says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::certificates::{Certified, certified};

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// `POST /hook HTTP/1.1`
    pub(crate) line: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A running server. Its thread ends with the test binary.
pub(crate) struct WebServer {
    pub(crate) port: u16,
    /// The authority that vouches for it, PEM; without TLS, empty.
    pub(crate) authority: String,
    shared: Arc<Shared>,
}

struct Shared {
    certified: Option<Certified>,
    /// The answers to come; 200 after them. 0: none, the connection hangs.
    answers: Mutex<Vec<u16>>,
    requests: Mutex<Vec<Request>>,
}

impl WebServer {
    /// Answers with these codes, then with 200.
    pub(crate) fn start(answers: &[u16]) -> WebServer {
        Self::with(None, answers)
    }

    /// The same with TLS.
    pub(crate) fn secured(answers: &[u16]) -> WebServer {
        Self::with(Some(certified()), answers)
    }

    fn with(certified: Option<Certified>, answers: &[u16]) -> WebServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let authority = certified.as_ref().map(|certified| certified.authority.clone()).unwrap_or_default();
        let answers = answers.iter().rev().copied().collect();
        let shared = Arc::new(Shared { certified, answers: Mutex::new(answers), requests: Mutex::default() });
        let of_thread = shared.clone();
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let shared = of_thread.clone();
                std::thread::spawn(move || shared.take(socket));
            }
        });
        WebServer { port, authority, shared }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }
}

impl Shared {
    fn take(&self, socket: TcpStream) {
        match &self.certified {
            None => self.serve(socket),
            Some(certified) => {
                // A client that does not trust us goes away.
                if let Ok(stream) = certified.acceptor.accept(socket) {
                    self.serve(stream);
                }
            }
        }
    }

    fn serve(&self, stream: impl Read + Write) {
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        if stream.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let mut headers = Vec::new();
        loop {
            let mut header = String::new();
            stream.read_line(&mut header).unwrap();
            let Some((name, value)) = header.trim_end().split_once(": ") else { break };
            headers.push((name.to_lowercase(), value.to_owned()));
        }
        let length = headers.iter().find(|(name, _)| name == "content-length").unwrap().1.parse().unwrap();
        let mut body = vec![0; length];
        stream.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        self.requests.lock().unwrap().push(Request { line: line.trim_end().to_owned(), headers, body });
        let code = self.answers.lock().unwrap().pop().unwrap_or(200);
        if code == 0 {
            // Until the client has had enough.
            let _ = stream.read_to_end(&mut Vec::new());
            return;
        }
        let location = if code / 100 == 3 { "Location: http://127.0.0.1:1/elsewhere\r\n" } else { "" };
        let answer =
            format!("HTTP/1.1 {code} Said\r\n{location}Content-Length: 0\r\nConnection: close\r\n\r\n");
        let _ = stream.get_mut().write_all(answer.as_bytes());
        let _ = stream.get_mut().flush();
    }
}
