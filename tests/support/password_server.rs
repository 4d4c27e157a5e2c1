//! A small SSH server that takes one password, for tests that cannot make a system account. It offers SFTP with one empty folder.

use std::collections::HashMap;

use russh::MethodKind;
use russh_sftp::protocol::{Attrs, FileAttributes, StatusCode, Version};

use super::ssh_server::{Login, SshServer};
pub(crate) use super::ssh_server::{PASSWORD, USER};

/// Starts a server that takes the password in this way alone.
pub(crate) fn password_server(method: MethodKind) -> SshServer {
    SshServer::start(method, |config, socket| async move {
        let login = Login::serving(|| EmptyFolder);
        if let Ok(session) = russh::server::run_stream(config, socket, login).await {
            let _ = session.await;
        }
    })
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
