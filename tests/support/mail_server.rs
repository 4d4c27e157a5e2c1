//! A mail server in this process: enough SMTP to take mail, with STARTTLS and logins, and one that fails on command.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64ct::{Base64, Encoding};
use openssl::ssl::SslStream;

use super::certificates::{Certified, certified};

/// The login name.
pub(crate) const USER: &str = "passeur@club.example";
/// The password.
pub(crate) const PASSWORD: &str = "m4il-p4ss-of-the-club";

/// How a server protects the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    Plain,
    StartTls,
    Implicit,
}

/// What a server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Takes mail.
    Take,
    /// Says at once that it is busy.
    Busy,
    /// Never says anything.
    Hang,
    /// Says this to recipients that begin with `nobody`.
    RefuseNobody,
    /// Says 550 to the sender.
    RefuseSender,
    /// Says 452 to the text of a mail.
    Full,
    /// Is no mail server.
    Gibberish,
    /// Breaks the connection in the middle of a mail.
    Break,
}

/// A mail that was taken.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// Headers and text as they came.
    pub(crate) raw: String,
    /// The line was protected.
    pub(crate) secured: bool,
    /// Who logged in.
    pub(crate) login: Option<String>,
}

/// A running server. Its thread ends with the test binary.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    /// The authority that vouches for it, PEM.
    pub(crate) authority: String,
    shared: Arc<Shared>,
}

struct Shared {
    line: Line,
    certified: Certified,
    act: Mutex<Act>,
    mails: Mutex<Vec<Mail>>,
    connections: Mutex<usize>,
}

impl MailServer {
    pub(crate) fn start(line: Line) -> MailServer {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), line)
    }

    /// Begins to serve on a port on which nobody listened until now.
    pub(crate) fn start_on(port: u16, line: Line) -> MailServer {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            match TcpListener::bind(("127.0.0.1", port)) {
                Ok(listener) => return Self::on(listener, line),
                Err(error) => assert!(Instant::now() < end, "{error}"),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn on(listener: TcpListener, line: Line) -> MailServer {
        let certified = certified();
        let authority = certified.authority.clone();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            line,
            certified,
            act: Mutex::new(Act::Take),
            mails: Mutex::default(),
            connections: Mutex::default(),
        });
        let of_thread = shared.clone();
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let shared = of_thread.clone();
                std::thread::spawn(move || shared.serve(socket));
            }
        });
        MailServer { port, authority, shared }
    }

    /// What it does from now on.
    pub(crate) fn act(&self, act: Act) {
        *self.shared.act.lock().unwrap() = act;
    }

    /// The mails that it took.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.shared.mails.lock().unwrap().clone()
    }

    /// How often somebody connected.
    pub(crate) fn connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }
}

/// A port on which nobody listens.
pub(crate) fn dead_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<SslStream<TcpStream>>),
    Closed,
}

impl Read for Stream {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Stream::Plain(stream) => stream.read(bytes),
            Stream::Tls(stream) => stream.read(bytes),
            Stream::Closed => Ok(0),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Stream::Plain(stream) => stream.write(bytes),
            Stream::Tls(stream) => stream.write(bytes),
            Stream::Closed => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Stream::Plain(stream) => stream.flush(),
            Stream::Tls(stream) => stream.flush(),
            Stream::Closed => Ok(()),
        }
    }
}

impl Shared {
    fn serve(&self, socket: TcpStream) {
        *self.connections.lock().unwrap() += 1;
        let act = *self.act.lock().unwrap();
        if act == Act::Hang {
            // Until the client has had enough.
            let _ = (&socket).read_to_end(&mut Vec::new());
            return;
        }
        let stream = match self.line {
            Line::Implicit => {
                self.certified.acceptor.accept(socket).map(|stream| Stream::Tls(Box::new(stream)))
            }
            _ => Ok(Stream::Plain(socket)),
        };
        // A client that does not trust us ends the talk itself.
        if let Ok(stream) = stream {
            let _ =
                Session { shared: self, act, stream: BufReader::new(stream), mail: Mail::default() }.talk();
        }
    }
}

struct Session<'s> {
    shared: &'s Shared,
    act: Act,
    stream: BufReader<Stream>,
    mail: Mail,
}

impl Session<'_> {
    fn say(&mut self, line: &str) -> std::io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(format!("{line}\r\n").as_bytes())?;
        stream.flush()
    }

    fn hear(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }

    fn talk(&mut self) -> std::io::Result<()> {
        self.mail.secured = self.shared.line == Line::Implicit;
        match self.act {
            Act::Busy => return self.say("421 4.3.2 too busy for you"),
            Act::Gibberish => return self.say("HTTP/1.1 400 Bad Request\r\n"),
            _ => self.say("220 mail.test ESMTP")?,
        }
        loop {
            let line = self.hear()?;
            let upper = line.to_uppercase();
            if upper.starts_with("EHLO") {
                self.hello()?;
            } else if upper == "STARTTLS" && self.offers_tls() {
                self.say("220 go ahead")?;
                let Stream::Plain(socket) = std::mem::replace(self.stream.get_mut(), Stream::Closed) else {
                    return Ok(());
                };
                let Ok(secured) = self.shared.certified.acceptor.accept(socket) else { return Ok(()) };
                self.stream = BufReader::new(Stream::Tls(Box::new(secured)));
                self.mail.secured = true;
            } else if let Some(given) = line.strip_prefix("AUTH PLAIN ") {
                let right = format!("\0{USER}\0{PASSWORD}");
                if Base64::decode_vec(given).is_ok_and(|given| given == right.as_bytes()) {
                    self.mail.login = Some(USER.to_owned());
                    self.say("235 2.7.0 welcome")?;
                } else {
                    // A server that repeats what it was given.
                    self.say(&format!("535 5.7.8 wrong: {given}"))?;
                }
            } else if upper.starts_with("MAIL FROM:") {
                if self.act == Act::RefuseSender {
                    self.say("550 5.7.1 you may not send for this address")?;
                    continue;
                }
                self.mail.from = address(&line);
                self.say("250 ok")?;
            } else if upper.starts_with("RCPT TO:") {
                let to = address(&line);
                if self.act == Act::RefuseNobody && to.starts_with("nobody") {
                    self.say("550 5.1.1 no such user")?;
                    continue;
                }
                self.mail.to.push(to);
                self.say("250 ok")?;
            } else if upper == "DATA" {
                self.say("354 go ahead")?;
                if self.act == Act::Break {
                    return Ok(());
                }
                self.data()?;
            } else if upper == "QUIT" {
                return self.say("221 bye");
            } else {
                self.say("502 what?")?;
            }
        }
    }

    fn offers_tls(&self) -> bool {
        self.shared.line == Line::StartTls && !self.mail.secured
    }

    fn hello(&mut self) -> std::io::Result<()> {
        let more = if self.offers_tls() { "250-STARTTLS\r\n" } else { "250-AUTH PLAIN LOGIN\r\n" };
        self.say(&format!("250-mail.test\r\n{more}250 SIZE 1000000"))
    }

    fn data(&mut self) -> std::io::Result<()> {
        let mut raw = String::new();
        loop {
            let line = self.hear()?;
            if line == "." {
                break;
            }
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            raw.push('\n');
        }
        if self.act == Act::Full {
            return self.say("452 4.2.2 the box is full");
        }
        let mail = Mail { raw, ..self.mail.clone() };
        self.mail.to.clear();
        self.shared.mails.lock().unwrap().push(mail);
        self.say("250 2.0.0 taken")
    }
}

/// What stands between `<` and `>`.
fn address(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).unwrap().0.to_owned()
}

impl Mail {
    /// A header, unfolded.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let (head, _) = self.raw.split_once("\n\n").unwrap();
        let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
        let start = format!("{name}: ");
        unfolded.lines().find_map(|line| line.strip_prefix(&start).map(str::to_owned))
    }

    /// The subject as people see it.
    pub(crate) fn subject(&self) -> String {
        let raw = self.header("Subject").unwrap();
        let mut out = String::new();
        let mut was_encoded = false;
        for word in raw.split(' ') {
            let encoded = word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?="));
            match encoded {
                Some(text) => {
                    // Between two encoded words, the space is none.
                    if !was_encoded {
                        separate(&mut out);
                    }
                    out.push_str(&String::from_utf8(Base64::decode_vec(text).unwrap()).unwrap());
                }
                None => {
                    separate(&mut out);
                    out.push_str(word);
                }
            }
            was_encoded = encoded.is_some();
        }
        out
    }

    /// The text as people see it.
    pub(crate) fn text(&self) -> String {
        let (_, body) = self.raw.split_once("\n\n").unwrap();
        match self.header("Content-Transfer-Encoding").as_deref() {
            Some("quoted-printable") => unquoted(body),
            Some("base64") => {
                let joined: String = body.split_whitespace().collect();
                String::from_utf8(Base64::decode_vec(&joined).unwrap()).unwrap().replace("\r\n", "\n")
            }
            _ => body.to_owned(),
        }
    }
}

/// A space, unless the text begins here.
fn separate(out: &mut String) {
    if !out.is_empty() {
        out.push(' ');
    }
}

/// From quoted-printable.
fn unquoted(body: &str) -> String {
    let joined = body.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'=' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next().unwrap(), rest.next().unwrap()];
        bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
    }
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}
