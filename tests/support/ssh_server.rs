//! A server in this process, on a port of its own: key, listener and runtime; what it does with a connection is the test's.

use std::sync::Arc;
use std::time::Duration;

use russh::keys::load_secret_key;
use russh::server::Config;
use russh::{MethodKind, MethodSet};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use super::sshd::{fingerprint_of, make_key};

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
