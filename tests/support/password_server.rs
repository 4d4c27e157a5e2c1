//! A small SSH server that takes one password, for tests that cannot make a system account. It offers SFTP with one empty folder.

use std::collections::HashMap;
use std::sync::Mutex;

use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, Response, Session};
use russh::{Channel, ChannelId, MethodKind};
use russh_sftp::protocol::{Attrs, FileAttributes, StatusCode, Version};

use super::ssh_server::SshServer;

/// The login name.
pub(crate) const USER: &str = "club";
/// The password.
pub(crate) const PASSWORD: &str = "p4ss-of-the-club";

/// Starts a server that takes the password in this way alone.
pub(crate) fn password_server(method: MethodKind) -> SshServer {
    SshServer::start(method, |config, socket| async move {
        if let Ok(session) = russh::server::run_stream(config, socket, Login::default()).await {
            let _ = session.await;
        }
    })
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
