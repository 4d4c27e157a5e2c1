//! A server in this process, on a port of its own: key, listener, runtime and login; what it serves on a connection is the test's.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use russh::keys::load_secret_key;
use russh::server::{Auth, ChannelOpenHandle, Config, Handler, Msg, Response, Session};
use russh::{Channel, ChannelId, MethodKind, MethodSet};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use super::sshd::{fingerprint_of, make_key};

/// The login name.
pub(crate) const USER: &str = "club";
/// The password.
pub(crate) const PASSWORD: &str = "p4ss-of-the-club";

/// A running server. It ends when the value is dropped.
pub(crate) struct SshServer {
    runtime: Option<Runtime>,
    /// Its port on 127.0.0.1.
    pub(crate) port: u16,
    /// Fingerprint of its host key.
    pub(crate) fingerprint: String,
}

impl SshServer {
    /// A server that lets in by this method alone, and serves each connection with `serve`.
    pub(crate) fn start<F, C>(method: MethodKind, serve: F) -> SshServer
    where
        F: Fn(Arc<Config>, TcpStream) -> C + Send + 'static,
        C: Future<Output = ()> + Send + 'static,
    {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("host");
        make_key(&key, "ed25519", "");
        let config = Arc::new(Config {
            keys: vec![load_secret_key(&key, None).unwrap()],
            methods: MethodSet::from([method].as_slice()),
            auth_rejection_time: Duration::from_millis(10),
            ..Config::default()
        });
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(Arc::clone(&config), socket));
            }
        });
        let fingerprint = fingerprint_of(&key.with_extension("pub"));
        SshServer { runtime: Some(runtime), port, fingerprint }
    }
}

impl Drop for SshServer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Lets [`USER`] in with [`PASSWORD`], and speaks SFTP on each channel with what `files` makes.
pub(crate) struct Login<F> {
    channels: HashMap<ChannelId, Channel<Msg>>,
    files: F,
}

impl<F> Login<F> {
    /// The login of one connection.
    pub(crate) fn serving(files: F) -> Login<F> {
        Login { channels: HashMap::new(), files }
    }
}

fn decide(right: bool) -> Auth {
    if right { Auth::Accept } else { Auth::reject() }
}

impl<F, H> Handler for Login<F>
where
    F: FnMut() -> H + Send + 'static,
    H: russh_sftp::server::Handler + Send + 'static,
{
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
        self.channels.insert(channel.id(), channel);
        reply.accept().await;
        Ok(())
    }

    async fn subsystem_request(
        &mut self,
        id: ChannelId,
        _name: &str,
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        let channel = self.channels.remove(&id).unwrap();
        session.channel_success(id)?;
        russh_sftp::server::run(channel.into_stream(), (self.files)()).await;
        Ok(())
    }
}
