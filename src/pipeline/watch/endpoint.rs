//! Answers a monitor on this machine: `GET /metrics` and `GET /health`, while a watch is up. One thread, one request at a time, each
//! bounded in size and time. It reads config and ledger and nothing else, and no run waits for it.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::Utc;

use crate::config::Config;
use crate::finding::text::Texts;
use crate::pipeline::health::{Health, Limits, State};
use crate::pipeline::metrics;
use crate::review::exposition::CONTENT_TYPE;
use crate::store::Store;

/// Longest head of a request, in bytes.
const MOST_BYTES: usize = 8 * 1024;

/// How long a request may take to come, and an answer to go.
const PATIENCE: Duration = Duration::from_secs(2);

/// What answers, if the config says that something shall.
#[derive(Debug, Default)]
pub(super) struct Endpoint {
    serving: Option<Serving>,
}

#[derive(Debug)]
struct Serving {
    address: SocketAddr,
    config: Arc<Mutex<Arc<Config>>>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Endpoint {
    /// From now on it answers as this config says. Nothing happens where it does already.
    ///
    /// # Errors
    /// In a sentence: why it does not answer.
    pub(super) fn serve(&mut self, config: &Config) -> Result<(), String> {
        if let Some(serving) = &self.serving {
            if Some(serving.address) == config.metrics.listen {
                let mut known = serving.config.lock().unwrap_or_else(PoisonError::into_inner);
                if known.sha256 != config.sha256 || known.language != config.language {
                    *known = Arc::new(config.clone());
                }
                return Ok(());
            }
            self.end();
        }
        let Some(address) = config.metrics.listen else { return Ok(()) };
        let why = |error: io::Error| format!("metrics are not served at {address}: {error}");
        let listener = TcpListener::bind(address).map_err(why)?;
        let config = Arc::new(Mutex::new(Arc::new(config.clone())));
        let stop = Arc::new(AtomicBool::new(false));
        let (shared, ended) = (Arc::clone(&config), Arc::clone(&stop));
        let work = move || answer_all(&listener, &shared, &ended);
        let thread = std::thread::Builder::new().name("metrics".to_owned()).spawn(work).map_err(why)?;
        self.serving = Some(Serving { address, config, stop, thread });
        Ok(())
    }

    /// Ends it, and waits until its address is free.
    fn end(&mut self) {
        let Some(serving) = self.serving.take() else { return };
        serving.stop.store(true, Ordering::Relaxed);
        // Wakes the thread. If that fails, it is gone already.
        let _woken = TcpStream::connect_timeout(&serving.address, PATIENCE);
        let _ended = serving.thread.join();
    }
}

fn answer_all(listener: &TcpListener, config: &Mutex<Arc<Config>>, stop: &AtomicBool) {
    for stream in listener.incoming() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        match stream {
            Ok(stream) => {
                let config = Arc::clone(&config.lock().unwrap_or_else(PoisonError::into_inner));
                if let Err(error) = answer(stream, &config) {
                    tracing::debug!(%error, "a monitor hung up");
                }
            }
            // No descriptors left, for example: not at once again.
            Err(_) => std::thread::sleep(Duration::from_millis(200)),
        }
    }
}

fn answer(mut stream: TcpStream, config: &Config) -> io::Result<()> {
    stream.set_write_timeout(Some(PATIENCE))?;
    let head = read_head(&mut stream)?;
    let reply = match asked(&head) {
        Ok((path, with_body)) => {
            let mut reply = reply(path, config);
            reply.with_body = with_body;
            reply
        }
        Err(refused) => refused,
    };
    reply.write(&mut stream)
}

/// Reads until the empty line that ends a head, or as much as is read of any.
fn read_head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let end = Instant::now() + PATIENCE;
    let mut head = Vec::new();
    let mut bytes = [0; 1024];
    while head.len() < MOST_BYTES && !head.windows(4).any(|four| four == b"\r\n\r\n") {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        let read = stream.read(&mut bytes)?;
        if read == 0 {
            break;
        }
        head.extend(bytes.iter().take(read));
    }
    Ok(head)
}

/// An answer.
#[derive(Debug, PartialEq, Eq)]
struct Reply {
    status: &'static str,
    content_type: &'static str,
    body: String,
    with_body: bool,
}

impl Reply {
    fn plain(status: &'static str, body: &str) -> Reply {
        let content_type = "text/plain; charset=utf-8";
        Reply { status, content_type, body: format!("{body}\n"), with_body: true }
    }

    fn write(&self, stream: &mut TcpStream) -> io::Result<()> {
        let allow = if self.status.starts_with("405") { "Allow: GET, HEAD\r\n" } else { "" };
        let mut text = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: close\r\n{allow}\r\n",
            self.status,
            self.content_type,
            self.body.len()
        );
        if self.with_body {
            text.push_str(&self.body);
        }
        stream.write_all(text.as_bytes())?;
        stream.shutdown(std::net::Shutdown::Write)
    }
}

/// The path that a request asks for, and whether with its content (not for HEAD); or why it is refused.
fn asked(head: &[u8]) -> Result<(&str, bool), Reply> {
    let bad = || Reply::plain("400 Bad Request", "not a request that is understood here");
    let end = head.windows(4).position(|four| four == b"\r\n\r\n");
    let Some(head) = end.and_then(|end| head.get(..end)) else {
        return Err(if head.len() >= MOST_BYTES {
            Reply::plain("431 Request Header Fields Too Large", "more than 8 KiB of headers")
        } else {
            bad()
        });
    };
    let head = std::str::from_utf8(head).map_err(|_| bad())?;
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(bad());
    };
    if !matches!(version, "HTTP/1.1" | "HTTP/1.0") || !target.starts_with('/') {
        return Err(bad());
    }
    let mut host = None;
    for line in lines {
        let (name, value) = line.split_once(':').ok_or_else(bad)?;
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(token) {
            return Err(bad());
        }
        if name.eq_ignore_ascii_case("host") && host.replace(value.trim()).is_some() {
            return Err(bad());
        }
    }
    match host {
        None if version == "HTTP/1.1" => return Err(bad()),
        // A page in a browser on this machine that had its own name point here must not read what is served.
        Some(host) if !is_here(host) => {
            return Err(Reply::plain(
                "403 Forbidden",
                "only for this machine: ask 127.0.0.1, [::1] or localhost",
            ));
        }
        _ => {}
    }
    match method {
        "GET" => Ok((target, true)),
        "HEAD" => Ok((target, false)),
        _ => Err(Reply::plain("405 Method Not Allowed", "GET or HEAD")),
    }
}

/// The host names this machine, with or without a port.
fn is_here(host: &str) -> bool {
    if let Ok(address) = host.parse::<SocketAddr>() {
        return address.ip().is_loopback();
    }
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn reply(path: &str, config: &Config) -> Reply {
    match path {
        "/metrics" => {
            let text = Store::open_read_only(&config.store)
                .and_then(|store| metrics::text(config, &store, Utc::now()));
            match text {
                Ok(body) => Reply { status: "200 OK", content_type: CONTENT_TYPE, body, with_body: true },
                Err(error) => Reply::plain("503 Service Unavailable", &error.to_string()),
            }
        }
        "/health" => {
            let health = Health::of(config, &Limits::of(config), Utc::now());
            let status = match health.state() {
                State::Critical => "503 Service Unavailable",
                State::Ok | State::Attention => "200 OK",
            };
            let body = format!("{}\n", health.json(Texts::new(config.language)));
            Reply { status, content_type: "application/json", body, with_body: true }
        }
        _ => Reply::plain("404 Not Found", "there is /metrics and /health"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::metrics("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:9187\r\n\r\n", Ok(("/metrics", true)))]
    #[case::head("HEAD /health HTTP/1.1\r\nhost: localhost\r\n\r\n", Ok(("/health", false)))]
    #[case::ipv6("GET /x HTTP/1.1\r\nHost: [::1]:9187\r\n\r\n", Ok(("/x", true)))]
    #[case::old("GET /x HTTP/1.0\r\n\r\n", Ok(("/x", true)))]
    #[case::no_host("GET /x HTTP/1.1\r\n\r\n", Err("400"))]
    #[case::two_hosts("GET /x HTTP/1.1\r\nHost: localhost\r\nHost: a\r\n\r\n", Err("400"))]
    #[case::rebound("GET /x HTTP/1.1\r\nHost: evil.example:9187\r\n\r\n", Err("403"))]
    #[case::looks_local("GET /x HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n", Err("403"))]
    #[case::other_method("POST /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", Err("405"))]
    #[case::no_version("GET /metrics\r\n\r\n", Err("400"))]
    #[case::other_version("GET /metrics HTTP/2.0\r\nHost: localhost\r\n\r\n", Err("400"))]
    #[case::absolute("GET http://a/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", Err("400"))]
    #[case::two_spaces("GET  /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", Err("400"))]
    #[case::folded("GET /x HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n", Err("400"))]
    #[case::no_end("GET /x HTTP/1.1\r\nHost: localhost\r\n", Err("400"))]
    #[case::line_ends("GET /x HTTP/1.1\nHost: localhost\n\n", Err("400"))]
    #[case::nothing("", Err("400"))]
    fn requests_are_read_strictly(#[case] request: &str, #[case] expected: Result<(&str, bool), &str>) {
        match (asked(request.as_bytes()), expected) {
            (Ok(asked), Ok(expected)) => assert_eq!(asked, expected),
            (Err(reply), Err(status)) => assert!(reply.status.starts_with(status), "{reply:?}"),
            (asked, expected) => panic!("{asked:?}, not {expected:?}"),
        }
    }

    #[test]
    fn a_head_that_is_too_long_is_refused() {
        let head = vec![b'x'; MOST_BYTES];
        assert!(asked(&head).unwrap_err().status.starts_with("431"));
    }
}
