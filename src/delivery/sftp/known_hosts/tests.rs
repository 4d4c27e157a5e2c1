use super::*;

/// A key of that type; `which` tells two apart.
fn blob(key_type: &str, which: u8) -> Vec<u8> {
    let mut blob = (key_type.len() as u32).to_be_bytes().to_vec();
    blob.extend(key_type.as_bytes());
    blob.extend([0, 0, 0, 1, which]);
    blob
}

/// A line; names, type and which key.
fn line(names: &str, key_type: &str, which: u8) -> String {
    format!("{names} {key_type} {} comment of somebody\n", Base64::encode_string(&blob(key_type, which)))
}

fn hashed(name: &str) -> String {
    let salt = [5; 20];
    let mut hmac = Hmac::<Sha1>::new_from_slice(&salt).unwrap();
    hmac.update(name.as_bytes());
    let hash = hmac.finalize().into_bytes();
    format!("|1|{}|{}", Base64::encode_string(&salt), Base64::encode_string(&hash))
}

const ED: &str = "ssh-ed25519";
const RSA: &str = "ssh-rsa";

/// The server shows ed25519 key 1.
fn verdict(file: &str, host: &str, port: u16) -> Verdict {
    KnownHosts::parse(file).check(host, port, &blob(ED, 1), ED)
}

#[test]
fn a_line_stands_for_the_hosts_that_openssh_says() {
    let table: &[(&str, &str, u16, bool)] = &[
        ("drop.example", "drop.example", 22, true),
        ("drop.example", "DROP.example", 22, true),
        ("Drop.Example", "drop.example", 22, true),
        ("drop.example", "other.example", 22, false),
        ("drop.example,10.0.0.1", "10.0.0.1", 22, true),
        ("[drop.example]:2222", "drop.example", 2222, true),
        ("[drop.example]:2222", "drop.example", 2223, false),
        ("[drop.example]:2222", "drop.example", 22, false),
        // OpenSSH takes a bare name on another port if it has this very key.
        ("drop.example", "drop.example", 2222, true),
        ("*.example", "drop.example", 22, true),
        ("*.example", "drop.example.org", 22, false),
        ("dr?p.example", "drop.example", 22, true),
        ("d?p.example", "drop.example", 22, false),
        ("*", "drop.example", 22, true),
        ("[127.0.0.*]:2222", "127.0.0.1", 2222, true),
        ("*,!drop.example", "drop.example", 22, false),
        ("!drop.example,*", "other.example", 22, true),
        ("!drop.example", "other.example", 22, false),
    ];
    for (names, host, port, trusted) in table {
        let found = verdict(&line(names, ED, 1), host, *port);
        assert_eq!(found == Verdict::Trusted, *trusted, "{names} for {host}:{port}: {found:?}");
    }
}

#[test]
fn hashed_names_are_found() {
    assert_eq!(verdict(&line(&hashed("drop.example"), ED, 1), "drop.example", 22), Verdict::Trusted);
    let with_port = line(&hashed("[drop.example]:2222"), ED, 1);
    assert_eq!(verdict(&with_port, "drop.example", 2222), Verdict::Trusted);
    assert_eq!(verdict(&with_port, "drop.example", 22), Verdict::Unknown { other_type: None });
}

#[test]
fn a_hashed_name_of_ssh_keygen_is_found() {
    // ssh-keygen -H of "drop.example".
    let names = "|1|7gpQKbF2KHeUYuAoPfeWEyvHxgU=|gsuEtxuEElVrP4YMbFPgVho65lA=";
    assert_eq!(verdict(&line(names, ED, 1), "drop.example", 22), Verdict::Trusted);
    assert_eq!(verdict(&line(names, ED, 1), "other.example", 22), Verdict::Unknown { other_type: None });
}

#[test]
fn another_key_of_the_same_type_is_a_changed_key() {
    let file = format!("# comment\n\n{}", line("drop.example", ED, 2));
    assert_eq!(verdict(&file, "drop.example", 22), Verdict::Changed { line: 3 });
}

#[test]
fn one_of_several_keys_is_enough() {
    let file = line("drop.example", ED, 2) + &line("drop.example", ED, 1);
    assert_eq!(verdict(&file, "drop.example", 22), Verdict::Trusted);
}

#[test]
fn a_key_of_another_type_is_not_a_changed_key() {
    let found = verdict(&line("drop.example", RSA, 1), "drop.example", 22);
    assert_eq!(found, Verdict::Unknown { other_type: Some((1, RSA.into())) });
}

#[test]
fn a_bare_name_with_another_key_says_nothing_about_another_port() {
    assert_eq!(
        verdict(&line("drop.example", ED, 2), "drop.example", 2222),
        Verdict::Unknown { other_type: None }
    );
}

#[test]
fn a_revoked_key_is_refused_though_another_line_trusts_it() {
    for file in [
        line("drop.example", ED, 1) + &line("@revoked drop.example", ED, 1),
        line("@revoked *", ED, 1) + &line("drop.example", ED, 1),
    ] {
        assert!(matches!(verdict(&file, "drop.example", 22), Verdict::Revoked { .. }), "{file}");
    }
    let other = line("drop.example", ED, 1) + &line("@revoked drop.example", ED, 2);
    assert_eq!(verdict(&other, "drop.example", 22), Verdict::Trusted);
}

#[test]
fn a_key_revoked_under_the_bare_name_is_revoked_on_every_port() {
    let file = line("[drop.example]:2222", ED, 1) + &line("@revoked drop.example", ED, 1);
    assert_eq!(verdict(&file, "drop.example", 2222), Verdict::Revoked { line: 2 });
}

#[test]
fn a_certificate_authority_alone_is_told_and_never_trusted_as_a_key() {
    let file = line("@cert-authority *.example", ED, 1);
    assert_eq!(verdict(&file, "drop.example", 22), Verdict::Authority { line: 1 });
    let both = file + &line("drop.example", ED, 1);
    assert_eq!(verdict(&both, "drop.example", 22), Verdict::Trusted);
}

#[test]
fn a_broken_line_is_numbered_and_the_others_count() {
    let good = line("drop.example", ED, 1);
    let table = [
        ("garbage".to_owned(), "it has no key"),
        ("drop.example ssh-ed25519".to_owned(), "it has no key, or no key type"),
        ("drop.example ssh-ed25519 !!!".to_owned(), "its key is not valid base64"),
        (
            "drop.example ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAA".to_owned(),
            "its key is not of the type that it names",
        ),
        (line("@trusted drop.example", ED, 1), "its marker is neither @revoked nor @cert-authority"),
        (line("|1|only-salt", ED, 1), "its hashed name is cut short"),
        (line("|2|a|b", ED, 1), "its name is hashed in a way that is not known"),
    ];
    for (broken, why) in table {
        let known = KnownHosts::parse(&format!("{good}{broken}"));
        let told: Vec<_> = known.broken.iter().map(|(line, why)| (*line, why.to_string())).collect();
        assert_eq!(told, [(2, why.to_owned())], "{broken}");
        assert_eq!(known.check("drop.example", 22, &blob(ED, 1), ED), Verdict::Trusted);
    }
}

#[test]
fn line_ends_of_windows_are_no_part_of_the_line() {
    let file = line("drop.example", ED, 1).replace('\n', "\r\n");
    assert_eq!(verdict(&file, "drop.example", 22), Verdict::Trusted);
}

#[test]
fn the_types_known_for_a_host_are_listed_once() {
    let file = line("drop.example", RSA, 1)
        + &line("drop.example", ED, 1)
        + &line("drop.example", RSA, 2)
        + &line("@revoked drop.example", "ecdsa-sha2-nistp256", 1);
    assert_eq!(KnownHosts::parse(&file).key_types("drop.example", 22), [RSA, ED]);
}

#[test]
fn wildcards_go_back_to_the_last_star() {
    for (pattern, text, fits) in [
        ("a*b*c", "axxbyybzc", true),
        ("a*b*c", "axxbyyb", false),
        ("*", "", true),
        ("", "", true),
        ("?", "", false),
    ] {
        assert_eq!(wildcard(pattern.as_bytes(), text.as_bytes()), fits, "{pattern} {text}");
    }
}
