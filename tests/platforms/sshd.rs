//! The sample that feeds all four platforms, against a real server with a folder for each of them.

use std::path::Path;

use crate::support::sshd::{Sshd, user};

use super::samples::run_with;

/// The folders of the sample's destinations, on a server.
fn on_server(config: &str, sshd: &Sshd) -> String {
    let mut config = config.to_owned();
    for platform in ["cyberimpact", "splio", "symplify", "actito"] {
        let start = config.find(&format!("[destinations.{platform}]")).unwrap();
        let end = start + config[start..].find("\n\n").unwrap();
        let section = format!(
            "[destinations.{platform}]\ntype = \"sftp\"\nhost = \"127.0.0.1\"\nport = {}\nuser = \"{}\"\nfolder = \"{}/{platform}\"\n\
             host_keys = [\"{}\"]\nauth = {{ key = \"{}\" }}\nverify = \"content\"",
            sshd.port,
            user(),
            sshd.drop_folder().display(),
            sshd.fingerprint("ed25519"),
            sshd.key().display(),
        );
        config.replace_range(start..end, &section);
    }
    config
}

fn listed(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn one_command_feeds_four_drops_on_a_server() {
    let sshd = Sshd::start();
    for platform in ["cyberimpact", "splio", "symplify", "actito"] {
        std::fs::create_dir(sshd.drop_folder().join(platform)).unwrap();
    }
    run_with("everything", 3, |config| on_server(config, &sshd));
    let received: Vec<String> = ["cyberimpact", "splio", "symplify", "actito"]
        .iter()
        .map(|platform| format!("{platform}: {}", listed(&sshd.drop_folder().join(platform)).join(" ")))
        .collect();
    insta::assert_snapshot!(received.join("\n"), @r"
    cyberimpact: account_contacts_amilia_20261115.csv account_group-members_amilia_20261115.csv account_groups_amilia_20261115.csv account_unsubscribes_amilia_20261115.csv
    splio: myuniverse_cardcode_amilia_20261115.csv myuniverse_contacts_amilia_20261115.csv myuniverse_creditpoints_amilia_20261115.csv
    symplify: activities.csv recipients.txt
    actito: profiles_20261115.csv.gz registrations_20261115.zip
    ");
}
