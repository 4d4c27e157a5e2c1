//! From nothing to a session whose server has proved who it is. Nothing secret is sent here.

use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use ssh2::{MethodType, Session};

use super::answer::{self, Answer};
use super::host_key::{HostKey, Refusal, Trust};
use crate::config::SftpConfig;
use crate::delivery::error::Detail;
use crate::delivery::{Doing, Problem, Remark};

/// A session after the handshake, with a second handle on its socket.
pub(super) struct Connection {
    pub(super) session: Session,
    pub(super) socket: TcpStream,
    pub(super) fingerprint: String,
    pub(super) remarks: Vec<Remark>,
}

/// Connects and verifies the host key. `destination` is its name, for texts.
pub(super) fn open(destination: &str, config: &SftpConfig) -> Result<Connection, Problem> {
    let trust = Trust::read(&config.host_keys)?;
    let host = bare(&config.host);
    let supported = Session::new()
        .and_then(|session| session.supported_algs(MethodType::HostKey))
        .map_err(|error| Problem::NoCommonAlgorithm { detail: Detail::Quoted(error.message().to_owned()) })?;
    let mut first_refusal = None;
    for algorithms in trust.handshakes(host, config.port, &supported) {
        let (session, socket) = match handshake(config, &algorithms) {
            Ok(both) => both,
            // The server has no key of this type.
            Err(Problem::NoCommonAlgorithm { .. }) if first_refusal.is_some() => continue,
            Err(problem) => return Err(problem),
        };
        let key = HostKey { blob: session.host_key().map(|(blob, _)| blob.to_vec()).unwrap_or_default() };
        match trust.check(destination, host, config.port, &key) {
            Ok(()) => {
                let (fingerprint, remarks) = (key.fingerprint(), trust.remarks());
                return Ok(Connection { session, socket, fingerprint, remarks });
            }
            Err(Refusal::Final(problem)) => {
                let _ = socket.shutdown(Shutdown::Both);
                return Err(problem);
            }
            Err(Refusal::Other(problem)) => {
                let _ = socket.shutdown(Shutdown::Both);
                first_refusal.get_or_insert(problem);
            }
        }
    }
    Err(first_refusal.unwrap_or(Problem::NoCommonAlgorithm { detail: Detail::NoAlgorithm }))
}

fn handshake(config: &SftpConfig, algorithms: &[String]) -> Result<(Session, TcpStream), Problem> {
    let doing = Doing::Connecting;
    let socket = connect(config)?;
    let broken = |error: std::io::Error| Problem::ConnectionLost { doing, detail: error.to_string() };
    socket.set_nodelay(true).map_err(broken)?;
    let second = socket.try_clone().map_err(broken)?;
    let failed = |error: ssh2::Error| {
        let _ = second.shutdown(Shutdown::Both);
        let detail = error.message().to_owned();
        match Answer::of(&error) {
            Answer::TimedOut => Problem::TimedOut { doing, timeout: config.timeout },
            _ if answer::is_mismatch(&error) => Problem::NoCommonAlgorithm { detail: Detail::Quoted(detail) },
            _ => Problem::ConnectionLost { doing, detail },
        }
    };
    let mut session = Session::new().map_err(failed)?;
    // Before the handshake: libssh2 waits for ever by default.
    session.set_timeout(milliseconds(config.timeout));
    session.set_tcp_stream(socket);
    session.method_pref(MethodType::HostKey, &algorithms.join(",")).map_err(failed)?;
    session.handshake().map_err(failed)?;
    Ok((session, second))
}

/// Tries every address of the host, each with the time-out.
fn connect(config: &SftpConfig) -> Result<TcpStream, Problem> {
    let address = format!("{}:{}", config.host, config.port);
    let fail = |detail| Problem::CannotConnect { address: address.clone(), detail };
    let addresses: Vec<SocketAddr> = (bare(&config.host), config.port)
        .to_socket_addrs()
        .map_err(|error| fail(Detail::Unresolved(error.to_string())))?
        .collect();
    let mut last = fail(Detail::NoAddress);
    for candidate in addresses {
        match TcpStream::connect_timeout(&candidate, config.timeout) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = fail(Detail::Quoted(format!("{candidate}: {error}"))),
        }
    }
    Err(last)
}

/// An IPv6 address may be written with its brackets.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host)
}

fn milliseconds(timeout: Duration) -> u32 {
    // 0 would mean: for ever.
    u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX).max(1)
}
