//! A small SSH server that takes one password, for tests that cannot make a system account. It offers SFTP with one empty folder.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use russh::keys::load_secret_key;
use russh::server::{Auth, ChannelOpenHandle, Config, Handler, Msg, Response, Server, Session};
use russh::{Channel, ChannelId, MethodKind, MethodSet};
use russh_sftp::protocol::{Attrs, FileAttributes, StatusCode, Version};
use tokio::runtime::Runtime;

use super::sshd::{fingerprint_of, make_key};

/// The login name.
pub(crate) const USER: &str = "club";
/// The password.
pub(crate) const PASSWORD: &str = "p4ss-of-the-club";

/// A running server.
pub(crate) struct PasswordServer {
    runtime: Option<Runtime>,
    /// Its port on 127.0.0.1.
    pub(crate) port: u16,
    /// Fingerprint of its host key.
    pub(crate) fingerprint: String,
}

impl PasswordServer {
    /// A server that takes the password in this way alone.
    pub(crate) fn start(method: MethodKind) -> PasswordServer {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("host");
        make_key(&key, "ed25519", "");
        let config = Arc::new(Config {
            keys: vec![load_secret_key(&key, None).unwrap()],
            methods: MethodSet::from([method].as_slice()),
            auth_rejection_time: std::time::Duration::from_millis(10),
            ..Config::default()
        });
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(async move { Sessions.run_on_socket(config, &listener).await });
        let fingerprint = fingerprint_of(&key.with_extension("pub"));
        PasswordServer { runtime: Some(runtime), port, fingerprint }
    }
}

impl Drop for PasswordServer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

struct Sessions;

impl Server for Sessions {
    type Handler = Login;

    fn new_client(&mut self, _address: Option<std::net::SocketAddr>) -> Login {
        Login::default()
    }
}

#[derive(Default)]
struct Login {
    channels: Mutex<HashMap<ChannelId, Channel<Msg>>>,
}

fn decide(right: bool) -> Auth {
    if right { Auth::Accept } else { Auth::reject() }
}

impl Handler for Login {
    type Error = russh::Error;

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, russh::Error> {
        Ok(decide(user == USER && password == PASSWORD))
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _submethods: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, russh::Error> {
        Ok(match response {
            None => Auth::Partial {
                name: "".into(),
                instructions: "".into(),
                prompts: vec![("Password: ".into(), false)].into(),
            },
            Some(mut answers) => decide(
                user == USER && answers.next().is_some_and(|answer| answer.as_ref() == PASSWORD.as_bytes()),
            ),
        })
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), russh::Error> {
        self.channels.lock().unwrap().insert(channel.id(), channel);
        reply.accept().await;
        Ok(())
    }

    async fn subsystem_request(
        &mut self,
        id: ChannelId,
        _name: &str,
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        let channel = self.channels.lock().unwrap().remove(&id).unwrap();
        session.channel_success(id)?;
        russh_sftp::server::run(channel.into_stream(), EmptyFolder).await;
        Ok(())
    }
}

struct EmptyFolder;

impl russh_sftp::server::Handler for EmptyFolder {
    type Error = StatusCode;

    fn unimplemented(&self) -> StatusCode {
        StatusCode::OpUnsupported
    }

    async fn init(
        &mut self,
        _version: u32,
        _extensions: HashMap<String, String>,
    ) -> Result<Version, StatusCode> {
        Ok(Version::new())
    }

    async fn stat(&mut self, id: u32, _path: String) -> Result<Attrs, StatusCode> {
        let attrs = FileAttributes { permissions: Some(0o040_755), ..FileAttributes::empty() };
        Ok(Attrs { id, attrs })
    }
}
