//! An OpenSSH server of our own for a test: a free loopback port, its own keys in a temporary folder, stopped on drop.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The passphrase of [`Sshd::locked_key`].
pub(crate) const PASSPHRASE: &str = "correct horse battery";

const PLACES: [&str; 3] = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/opt/homebrew/sbin/sshd"];

/// How a server differs from the plain one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Setup {
    /// Lines put before the usual ones; in sshd's config the first one counts.
    pub(crate) lines: Vec<String>,
    /// Arguments of the SFTP server, for instance `-R`: read-only.
    pub(crate) sftp: String,
}

/// A running server. Logs in the user that runs the tests, with [`Sshd::key`].
pub(crate) struct Sshd {
    folder: TempDir,
    child: Child,
    /// Its port on 127.0.0.1.
    pub(crate) port: u16,
}

impl Sshd {
    /// The plain server.
    pub(crate) fn start() -> Sshd {
        Sshd::start_with(&Setup::default())
    }

    /// A server that differs.
    pub(crate) fn start_with(setup: &Setup) -> Sshd {
        let program = program();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::create_dir(at("drop")).unwrap();
        std::fs::set_permissions(at("drop"), std::fs::Permissions::from_mode(0o777)).unwrap();
        make_key(&at("host_ed25519"), "ed25519", "");
        make_key(&at("host_rsa"), "rsa", "");
        make_key(&at("key"), "ed25519", "");
        make_key(&at("locked_key"), "ed25519", PASSPHRASE);
        make_key(&at("stranger_key"), "ed25519", "");
        let keys =
            [at("key.pub"), at("locked_key.pub")].map(|path| std::fs::read_to_string(path).unwrap()).concat();
        std::fs::write(at("authorized_keys"), keys).unwrap();
        if is_root() {
            // Where sshd puts its unprivileged half.
            std::fs::create_dir_all("/run/sshd").unwrap();
        }
        // The port may be taken between the two; then sshd ends at once, and another is tried.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            std::fs::write(at("sshd_config"), config(folder.path(), port, setup)).unwrap();
            let log = std::fs::File::create(at("log")).unwrap();
            let mut child = Command::new(program)
                .args(["-D", "-e", "-f"])
                .arg(at("sshd_config"))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(log)
                .process_group(0)
                .spawn()
                .unwrap();
            if answers(&mut child, port) {
                return Sshd { folder, child, port };
            }
            let _ = child.kill();
            let _ = child.wait();
        }
        panic!("sshd does not start: {}", std::fs::read_to_string(at("log")).unwrap());
    }

    /// The remote folder; the server runs on this machine, so it is also a local one.
    pub(crate) fn drop_folder(&self) -> PathBuf {
        self.folder.path().join("drop")
    }

    /// Files in the remote folder, with what is in them, by name.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<_> = std::fs::read_dir(self.drop_folder())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
            .collect();
        files.sort();
        files
    }

    /// A private key that is let in.
    pub(crate) fn key(&self) -> PathBuf {
        self.folder.path().join("key")
    }

    /// A private key that is let in and has [`PASSPHRASE`].
    pub(crate) fn locked_key(&self) -> PathBuf {
        self.folder.path().join("locked_key")
    }

    /// A private key that is not let in.
    pub(crate) fn stranger_key(&self) -> PathBuf {
        self.folder.path().join("stranger_key")
    }

    /// Fingerprint of a host key, `ed25519` or `rsa`, as ssh-keygen prints it.
    pub(crate) fn fingerprint(&self, kind: &str) -> String {
        fingerprint_of(&self.folder.path().join(format!("host_{kind}.pub")))
    }

    /// A known_hosts line for a host key, `ed25519` or `rsa`.
    pub(crate) fn known_hosts_line(&self, kind: &str) -> String {
        let key = std::fs::read_to_string(self.folder.path().join(format!("host_{kind}.pub"))).unwrap();
        let mut words = key.split_whitespace();
        format!("[127.0.0.1]:{} {} {}\n", self.port, words.next().unwrap(), words.next().unwrap())
    }

    /// What the server wrote.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        // Its group: the processes of open sessions too.
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.child.id())]).output();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An agent with some keys, stopped on drop.
pub(crate) struct Agent {
    folder: TempDir,
    child: Child,
}

impl Agent {
    /// Starts an agent and adds the keys, in order.
    pub(crate) fn with(keys: &[PathBuf]) -> Agent {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("agent");
        let child = Command::new("ssh-agent")
            .args(["-D", "-a"])
            .arg(&socket)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("ssh-agent (Debian: openssh-client)");
        let agent = Agent { folder, child };
        wait_for("the agent", || socket.exists());
        for key in keys {
            let added =
                Command::new("ssh-add").arg("-q").arg(key).env("SSH_AUTH_SOCK", &socket).output().unwrap();
            assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        }
        agent
    }

    /// What `SSH_AUTH_SOCK` is for it.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("agent")
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A throw-away account with a password, removed on drop. sshd takes passwords of real accounts alone, so this needs root
/// ([`is_root`]).
pub(crate) struct Account {
    /// Its login name.
    pub(crate) name: String,
    /// Its password.
    pub(crate) password: String,
}

impl Account {
    /// Makes the account; `home` is its home folder, which is not made.
    pub(crate) fn make(home: &Path) -> Account {
        assert!(is_root(), "only root can make an account");
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("passeur-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let account = Account { password: format!("p4ss-{name}-w0rd"), name };
        let made = retry(|| {
            Command::new("useradd")
                .args(["-M", "-s", "/bin/sh", "-d"])
                .arg(home)
                .arg(&account.name)
                .output()
                .unwrap()
        });
        assert!(made, "useradd");
        let set = retry(|| {
            let mut child =
                Command::new("chpasswd").stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            writeln!(child.stdin.take().unwrap(), "{}:{}", account.name, account.password).unwrap();
            child.wait_with_output().unwrap()
        });
        assert!(set, "chpasswd");
        account
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        retry(|| Command::new("userdel").arg("-f").arg(&self.name).output().unwrap());
    }
}

/// The account files have a lock, which a test beside this one may hold.
fn retry(mut command: impl FnMut() -> std::process::Output) -> bool {
    (0..20).any(|_| {
        let done = command().status.success();
        if !done {
            std::thread::sleep(Duration::from_millis(200));
        }
        done
    })
}

fn program() -> &'static str {
    PLACES
        .iter()
        .find(|place| Path::new(place).exists())
        .expect("these tests need OpenSSH's sshd: apt-get install openssh-server (`make test` does)")
}

fn config(folder: &Path, port: u16, setup: &Setup) -> String {
    let folder = folder.display();
    let Setup { lines, sftp } = setup;
    let lines = lines.join("\n");
    format!(
        "{lines}\nPort {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host_ed25519\nHostKey {folder}/host_rsa\n\
         AuthorizedKeysFile {folder}/authorized_keys\nStrictModes no\nUsePAM no\nPidFile none\nPermitRootLogin yes\n\
         PasswordAuthentication no\nKbdInteractiveAuthentication no\nLogLevel VERBOSE\nMaxStartups 100\n\
         Subsystem sftp internal-sftp {sftp}\n"
    )
}

pub(super) fn make_key(path: &Path, kind: &str, passphrase: &str) {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", kind, "-b", "2048", "-N", passphrase, "-C", "test", "-f"])
        .arg(path)
        .output()
        .expect("ssh-keygen (Debian: openssh-client)");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

pub(super) fn fingerprint_of(public_key: &Path) -> String {
    let output = Command::new("ssh-keygen").arg("-lf").arg(public_key).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().nth(1).unwrap().to_owned()
}

fn answers(child: &mut Child, port: u16) -> bool {
    let end = Instant::now() + Duration::from_secs(20);
    while Instant::now() < end && child.try_wait().unwrap().is_none() {
        if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
            stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            let mut banner = String::new();
            if BufReader::new(stream).read_line(&mut banner).is_ok() && banner.starts_with("SSH-2.0-") {
                return true;
            }
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < end, "{what} did not come");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether root runs the tests.
pub(crate) fn is_root() -> bool {
    user_id("-u") == "0"
}

/// Name of the user that runs the tests.
pub(crate) fn user() -> String {
    user_id("-un")
}

fn user_id(flag: &str) -> String {
    let output = Command::new("id").arg(flag).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
