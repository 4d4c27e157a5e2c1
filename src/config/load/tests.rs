//! What a config means, and every error text of the loader.

use super::*;
use crate::config::{Auth, Case, DestinationKind, HostKeys, Secret, Unmapped, Verify};
use crate::schema::Zone;

fn config(text: &str) -> Config {
    match parse(text.to_owned(), Path::new("/project/passeur.toml")) {
        Ok(config) => config,
        Err(error) => panic!("{error}"),
    }
}

fn error(text: &str) -> String {
    match parse(text.to_owned(), Path::new("/project/passeur.toml")) {
        Ok(config) => panic!("no error: {config:?}"),
        // The last line only counts the errors.
        Err(error) => error.to_string().replace("/project/", ""),
    }
}

/// Every text, under the config that it belongs to.
fn errors(cases: &[&str]) -> String {
    let mut out = String::new();
    for text in cases {
        out.push_str(&format!("──────── {}\n{}\n\n", text.escape_debug(), error(text)));
    }
    out
}

const SFTP: &str = "[destinations.d]\ntype = \"sftp\"\nhost = \"h\"\nuser = \"u\"\n";
const ROUTE: &str = "[[routes]]\nname = \"r\"\nfrom = \"a\"\nto = \"b\"\ndestination = \"d\"\n";

#[test]
fn an_empty_config_is_all_defaults() {
    let config = config("");
    let at = |name: &str| Path::new("/project").join(name);
    assert_eq!((&config.root, &config.file), (&at(""), &at("passeur.toml")));
    assert_eq!(
        [&config.inbox, &config.archive, &config.reports, &config.schemas, &config.work, &config.store],
        [&at("inbox"), &at("archive"), &at("reports"), &at("schemas"), &at("work"), &at("passeur.db")]
    );
    assert_eq!((config.language, config.time_zone), (Language::En, chrono_tz::UTC));
    assert_eq!(config.settle, Duration::from_secs(2));
    assert!(config.ignore.is_empty() && config.destinations.is_empty() && config.routes.is_empty());
}

#[test]
fn the_top_level_is_read() {
    let config = config(
        "language = \"fr\"\ntime_zone = \"America/Toronto\"\ninbox = \"../in\"\narchive = \"/a\"\nsettle = \"10s\"\nignore = [\"*.bak\"]",
    );
    assert_eq!((config.language, config.time_zone), (Language::Fr, chrono_tz::America::Toronto));
    assert_eq!((config.inbox, config.archive), ("/in".into(), "/a".into()));
    assert_eq!((config.settle, config.ignore), (Duration::from_secs(10), vec!["*.bak".to_owned()]));
}

#[test]
fn the_hash_is_of_the_file() {
    assert_eq!(config("").sha256[..4], [0xe3, 0xb0, 0xc4, 0x42]);
}

#[test]
fn a_folder_destination_is_read() {
    let config = config("[destinations.d]\ntype = \"folder\"\npath = \"outbox\"\nverify = \"content\"");
    let destination = &config.destinations["d"];
    assert_eq!((destination.verify, &*destination.temporary_suffix), (Verify::Content, ".part"));
    assert!(
        matches!(&destination.kind, DestinationKind::Folder { path } if path == Path::new("/project/outbox"))
    );
}

fn sftp(text: &str) -> crate::config::SftpConfig {
    match config(&format!("{SFTP}{text}")).destinations.remove("d").unwrap().kind {
        DestinationKind::Sftp(sftp) => sftp,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_sftp_destination_is_read() {
    let sftp = sftp(
        "port = 2222\nfolder = \"imports\"\ntimeout = \"1 min\"\nknown_hosts = \"hosts\"\nauth = { password = { env = \"P\" } }",
    );
    assert_eq!((&*sftp.host, sftp.port, &*sftp.user, &*sftp.folder), ("h", 2222, "u", "imports"));
    assert_eq!(sftp.timeout, Duration::from_secs(60));
    assert!(matches!(sftp.host_keys, HostKeys::KnownHosts(path) if path == Path::new("/project/hosts")));
    assert!(matches!(sftp.auth, Auth::Password(Secret::Env(name)) if name == "P"));
}

#[test]
fn sftp_defaults_are_the_known_ones() {
    let sftp = sftp("auth = { agent = true }");
    assert_eq!((sftp.port, &*sftp.folder, sftp.timeout), (22, ".", Duration::from_secs(30)));
    assert!(matches!(sftp.host_keys, HostKeys::KnownHosts(path) if path.ends_with(".ssh/known_hosts")));
    assert!(matches!(sftp.auth, Auth::Agent));
}

#[test]
fn a_key_and_its_passphrase_are_read() {
    let sftp = sftp("[destinations.d.auth]\nkey = \"id\"\npassphrase = { file = \"secret\" }");
    assert!(matches!(sftp.auth, Auth::Key { path, passphrase: Some(Secret::File(file)) }
        if path == Path::new("/project/id") && file == Path::new("/project/secret")));
}

#[test]
fn fingerprints_lose_their_padding() {
    let digest = "a".repeat(43);
    let sftp = sftp(&format!("host_keys = [\"SHA256:{digest}=\"]\nauth = {{ agent = true }}"));
    assert!(matches!(sftp.host_keys, HostKeys::Pinned(keys) if keys == [format!("SHA256:{digest}")]));
}

#[test]
fn a_route_is_read() {
    let config = config(&format!(
        "{ROUTE}universe = \"u\"\nsubsections = [\"a\", \"b\"]\nmax_rejected = \"2.5 %\"\ntime_zone = \"+02:00\"\nsettings = [\"generated_card_codes\"]\nsend = \"all\""
    ));
    let route = &config.routes[0];
    assert_eq!((&*route.name, &*route.from, &*route.to, &*route.destination), ("r", "a", "b", "d"));
    assert_eq!((&*route.universe, &route.subsections), ("u", &vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(route.max_rejected, 0.025);
    assert!(matches!(route.time_zone, Some(Zone::Fixed(offset)) if offset.local_minus_utc() == 7200));
    assert_eq!(route.settings, ["generated-card-codes"]);
}

#[test]
fn one_subsection_needs_no_list() {
    assert_eq!(config(&format!("{ROUTE}subsection = \"a\"")).routes[0].subsections, ["a"]);
}

#[test]
fn a_share_is_a_percentage_or_a_number_from_0_to_1() {
    for (text, share) in [("\"10 %\"", 0.1), ("0.1", 0.1), ("0", 0.0), ("1.0", 1.0), ("\"100%\"", 1.0)] {
        let config = config(&format!("{ROUTE}max_rejected = {text}"));
        assert_eq!(config.routes[0].max_rejected, share, "{text}");
    }
    assert_eq!(config(ROUTE).routes[0].max_rejected, 0.1);
}

#[test]
fn columns_keep_the_order_of_the_file() {
    let config = config(&format!(
        "{ROUTE}[routes.columns]\nz = \"Z source\"\na = {{ constant = \"4\" }}\nm = {{ template = \"AM-{{Person ID}}\" }}"
    ));
    let columns = &config.routes[0].columns;
    let names: Vec<&str> = columns.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["z", "a", "m"]);
    assert_eq!(columns[0].1.from, ["Z source"]);
    assert_eq!(columns[1].1.constant.as_deref(), Some("4"));
    assert_eq!(columns[2].1.template.as_deref(), Some("AM-{Person ID}"));
}

#[test]
fn all_steps_of_a_column_are_read() {
    let config = config(&format!(
        "{ROUTE}[routes.columns]\nc = {{ from = [\"A\", \"B\"], trim = true, case = \"upper\", strip_accents = true, map = {{ \"GOLD\" = \"2\" }}, unmapped = \"keep\", default = \"1\" }}"
    ));
    let column = &config.routes[0].columns[0].1;
    assert_eq!(column.from, ["A", "B"]);
    assert!(column.trim && column.strip_accents);
    assert_eq!((column.case, column.unmapped), (Some(Case::Upper), Unmapped::Keep));
    assert_eq!((column.map["GOLD"].as_str(), column.default.as_deref()), ("2", Some("1")));
}

#[test]
fn errors_of_the_text() {
    insta::assert_snapshot!(errors(&[
        "inbox = \"inbox",
        "inbox = inbox",
        "inbox \"inbox\"",
        "inbox = \"a\"\ninbox = \"b\"",
        "[destinations.d\ntype = \"folder\"",
        "inbox = \"a\\qb\"",
        "inbox = \"a\"\n\nnonsense\narchive = \"b\"\n= 3",
    ]));
}

#[test]
fn errors_of_the_top_level() {
    insta::assert_snapshot!(errors(&[
        "inbx = \"in\"",
        "colour = \"blue\"",
        "host = \"sftp.example.com\"",
        "inbox = 3",
        "inbox = \"\"",
        "inbox = \"~bob/in\"",
        "\tinbox\t= [\"é\", 3]",
        "language = \"french\"",
        "language = \"FR\"",
        "time_zone = \"America/Tornto\"",
        "time_zone = \"EDT\"",
        "time_zone = \"-03:30\"",
        "time_zone = \"+2\"",
        "settle = \"10\"",
        "settle = 10",
        "settle = \"10 parsecs\"",
        "ignore = \"*.bak\"",
        "ignore = [\"a\", 3, \"[\"]",
        "destinations = 3",
        "[routes]\nname = \"r\"",
        "routes = 3",
        "[destinations.\"my drop\"]\ntype = \"folder\"\npath = \"o\"",
        "inbox = \"data\"\narchive = \"./data\"",
        "archive = \"inbox/done\"",
        "inbox = \".\"",
        "[destinations.d]\ntype = \"folder\"\npath = \"inbox\"",
    ]));
}

#[test]
fn errors_of_destinations() {
    let sftp = |text: &str| format!("{SFTP}{text}\nauth = {{ agent = true }}");
    let cases = [
        "[destinations.d]\npath = \"o\"".to_owned(),
        "[destinations.d]\ntype = \"ftp\"".to_owned(),
        "[destinations.d]\ntype = \"folder\"".to_owned(),
        "[destinations.d]\ntype = \"folder\"\npath = \"o\"\nhost = \"h\"".to_owned(),
        "destinations.d = 3".to_owned(),
        "[destinations.d]\ntype = \"sftp\"".to_owned(),
        "[destinations.d]\ntype = \"folder\"\npath = \"o\"\nsettle = \"2 s\"\nverfy = \"size\"".to_owned(),
        "[destinations.d]\ntype = \"folder\"\npath = \"o\"\nverify = \"hash\"".to_owned(),
        "[destinations.d]\ntype = \"folder\"\npath = \"o\"\ntemporary_suffix = \".csv\"".to_owned(),
        "[destinations.d]\ntype = \"folder\"\npath = \"o\"\ntemporary_suffix = \"/x\"".to_owned(),
        sftp("port = 0"),
        sftp("port = 70000"),
        sftp("port = \"22\""),
        sftp("retries = 1000"),
        sftp("retry_ceiling = \"0 s\""),
        sftp("sessions = 0"),
        sftp("timeout = \"0 s\""),
        sftp("timeout = \"2 h\""),
        sftp("folder = \"a\\nb\""),
        sftp("host_keys = []"),
        sftp("host_keys = [\"MD5:aa:bb\", \"SHA256:short\"]"),
        sftp("host_keys = [\"SHA256:uNiVztksCsDhcc0u9e8BrYzO2yA0Hq+CkGtyeiTGZkA\"]\nknown_hosts = \"k\""),
        sftp("").replace("\"h\"", "\"sftp://example.com\""),
        sftp("").replace("\"h\"", "\"example.com:2222\""),
        sftp("").replace("\"h\"", "\"example .com\""),
    ];
    insta::assert_snapshot!(errors(&cases.iter().map(String::as_str).collect::<Vec<_>>()));
}

#[test]
fn errors_of_logins() {
    let auth = |text: &str| format!("{SFTP}auth = {text}");
    let cases = [
        auth("\"hunter2\""),
        auth("{}"),
        auth("{ password = \"hunter2\" }"),
        auth("{ password = 12345678 }"),
        auth("{ password = { value = \"hunter2\" } }"),
        auth("{ password = { env = \"hunter2\" } }"),
        auth("{ password = { env = \"A\", file = \"b\" } }"),
        auth("{ pasword = \"hunter2\" }"),
        auth("{ password = \"hunter2\", agnt = true }"),
        auth("{ password = { env = \"A\" }, key = \"k\" }"),
        auth("{ key = \"k\", passphrase = \"hunter2\" }"),
        auth("{ agent = true, passphrase = { env = \"A\" } }"),
        auth("{ agent = false }"),
        auth("{ key = \"\"\"-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n\"\"\" }"),
        format!("{SFTP}password = \"hunter2\""),
        format!("{SFTP}password = \"hunter2"),
        format!("{SFTP}password = hunter2"),
        format!("{SFTP}auth = {{ password = \"hunter2\""),
        SFTP.replace("\"h\"", "\"sftp://bob:hunter2@example.com\""),
    ];
    let texts = cases.iter().map(|text| error(text)).collect::<Vec<_>>().join("\n\n");
    assert!(!texts.contains("hunter2") && !texts.contains("1234"), "{texts}");
    insta::assert_snapshot!(texts);
}

#[test]
fn a_secret_is_in_no_form_of_an_error() {
    let text = format!("{SFTP}auth = {{ password = \"hunter2\" }}\ninbx = 3");
    let error = parse(text, Path::new("/project/passeur.toml")).unwrap_err();
    assert!(!format!("{error:?} {error:#?} {error}").contains("hunter2"));
}

#[test]
fn a_config_shows_its_text_in_no_debug_form() {
    assert!(!format!("{:?}", config("# my password is hunter2")).contains("hunter2"));
}

#[test]
fn errors_of_routes() {
    let route = |text: &str| format!("{ROUTE}{text}");
    let cases = [
        "[[routes]]".to_owned(),
        "[[routes]]\nname = 3\nfrom = \"a\"\nto = \"b\"\ndestination = \"d\"".to_owned(),
        format!("{ROUTE}{ROUTE}"),
        "routes = [3]".to_owned(),
        route("univers = \"u\""),
        route("universe = \"My_Club\""),
        route("universe = \"MyClub\""),
        route("universe = \"\""),
        route("universe = \"../x\""),
        route("universe = 4"),
        route("subsections = []"),
        route("subsections = \"members\""),
        route("subsections = [\"a\", \"b.c\", \"a\"]"),
        route("subsection = \"a\"\nsubsections = [\"b\"]"),
        route("send = \"some\""),
        route("max_rejected = 10"),
        route("max_rejected = 10.0"),
        route("max_rejected = -0.1"),
        route("max_rejected = \"10\""),
        route("max_rejected = \"110 %\""),
        route("max_rejected = true"),
        route("time_zone = \"CEST\""),
        route("settings = [\"a-b\", \"a_b\"]"),
        route("settings = \"generated-card-codes\""),
        route("columns = 3"),
    ];
    insta::assert_snapshot!(errors(&cases.iter().map(String::as_str).collect::<Vec<_>>()));
}

#[test]
fn errors_of_columns() {
    let column = |text: &str| format!("{ROUTE}[routes.columns]\nc = {text}");
    let cases = [
        column("4"),
        column("\"\""),
        column("[\"A\", \"B\"]"),
        column("{}"),
        column("{ form = \"A\" }"),
        column("{ from = 3 }"),
        column("{ from = [] }"),
        column("{ from = [\"A\", \"A\"] }"),
        column("{ from = \"A\", constant = \"4\" }"),
        column("{ constant = 4 }"),
        column("{ constant = \"\" }"),
        column("{ constant = \"4\", trim = true, default = \"5\" }"),
        column("{ template = \"AM-{Person ID\" }"),
        column("{ template = \"AM\" }"),
        column("{ template = \"{}\" }"),
        column("{ from = \"A\", trim = \"yes\" }"),
        column("{ from = \"A\", case = \"title\" }"),
        column("{ from = \"A\", unmapped = \"keep\" }"),
        column("{ from = \"A\", map = {} }"),
        column("{ from = \"A\", map = { \"\" = \"x\" } }"),
        column("{ from = \"A\", map = { \"Gold\" = 2 } }"),
        column("{ from = \"A\", map = { \"Gold\" = \"2\" }, case = \"lower\" }"),
        column("{ from = \"A\", map = { \"gold\" = \"2\" }, case = \"upper\" }"),
        column("{ from = \"A\", map = { \"doré\" = \"2\" }, strip_accents = true }"),
        column("{ from = \"A\", map = { \" x\" = \"2\" }, trim = true }"),
        column("{ from = \"A\", map = { \"Gold\" = \"2\" }, unmapped = \"drop\" }"),
    ];
    insta::assert_snapshot!(errors(&cases.iter().map(String::as_str).collect::<Vec<_>>()));
}

#[test]
fn all_errors_are_shown_in_the_order_of_the_file() {
    insta::assert_snapshot!(error(
        "language = \"de\"\ninbx = \"in\"\n\n[[routes]]\nname = \"cards\"\nfrom = \"a\"\nto = \"b\"\ndestination = \"d\"\nuniverse = \"A_b\"\n\n[destinations.d]\ntype = \"folder\"\n"
    ));
}

#[test]
fn long_lines_and_control_characters_are_shown_safely() {
    let long = format!("ignore = [\"{}\", 3, \"{}\"]", "a".repeat(300), "b".repeat(300));
    insta::assert_snapshot!(errors(&[
        &long,
        "colour = \"\\u001b[31mred\" # \u{7f}",
        "\"in\\u001b[2Jbox\" = 3"
    ]));
}

#[test]
fn odd_line_ends_and_a_mark_of_order_are_taken() {
    assert_eq!(config("\u{feff}language = \"fr\"\r\ninbox = \"in\"\r\n").language, Language::Fr);
    assert!(error("\u{feff}language = \"fr\"\r\ninbx = \"in\"\r\n").contains("passeur.toml:2:1"));
}

#[test]
fn the_nearest_config_above_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("a/b");
    std::fs::create_dir_all(&inner).unwrap();
    std::fs::create_dir(inner.join(FILE_NAME)).unwrap();
    std::fs::write(folder.path().join(FILE_NAME), "").unwrap();
    assert_eq!(find(&inner).unwrap(), folder.path().join(FILE_NAME));
    assert_eq!(load(folder.path()).unwrap().root, folder.path());
}

#[test]
fn what_is_no_config_is_refused_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let text =
        |path: &Path| load(path).unwrap_err().to_string().replace(&folder.path().display().to_string(), "");
    insta::assert_snapshot!(text(folder.path()), @"/passeur.toml: no such file: run `passeur init` to write a config, or check the path");
    insta::assert_snapshot!(text(&file("latin.toml", b"\n# caf\xe9\n")), @"/latin.toml:2: not UTF-8 text: save the file as UTF-8");
    let large = folder.path().join("large.toml");
    std::fs::File::create(&large).unwrap().set_len(MAX_BYTES + 1).unwrap();
    insta::assert_snapshot!(text(&large), @"/large.toml: 4194305 bytes is too large for a config (at most 4194304): is this the right file?");
    std::fs::create_dir(folder.path().join(FILE_NAME)).unwrap();
    insta::assert_snapshot!(text(folder.path()), @"/passeur.toml: not a regular file");
    insta::assert_snapshot!(ConfigError::NotFound("/a/b".into()).to_string(), @"no passeur.toml in /a/b or in a folder above it: run `passeur init` to write one, or name it with --config");
}

/// Routes `a`, `b` and `c` to a folder, and `elsewhere` to another.
fn with_set(set: &str) -> String {
    let route = |name: &str, to: &str| {
        format!("[[routes]]\nname = \"{name}\"\nfrom = \"x\"\nto = \"y\"\ndestination = \"{to}\"\n")
    };
    let folders = "[destinations.d]\ntype = \"folder\"\npath = \"out\"\n[destinations.e]\ntype = \"folder\"\npath = \"e\"\n";
    let routes: String = ["a", "b", "c"].map(|name| route(name, "d")).concat();
    let packed = format!("{}packaging = \"zip\"\ndays_ahead = 1\n", route("packed", "d"));
    format!("{folders}{routes}{}{packed}[[sets]]\n{set}", route("elsewhere", "e"))
}

#[test]
fn a_set_is_read() {
    let members = |set: &str| -> Vec<(String, bool)> {
        let set = config(&with_set(set)).sets.remove(0);
        set.routes.into_iter().map(|member| (member.route, member.required)).collect()
    };
    let pairs = |list: [(&str, bool); 3]| list.map(|(name, required)| (name.to_owned(), required)).to_vec();
    let base = "name = \"s\"\nroutes = [\"c\", \"a\", \"b\"]\n";
    assert_eq!(members(base), pairs([("c", true), ("a", true), ("b", true)]));
    assert_eq!(
        members(&format!("{base}required = [\"a\"]")),
        pairs([("c", false), ("a", true), ("b", false)])
    );
    assert_eq!(
        members(&format!("{base}optional = [\"a\"]")),
        pairs([("c", true), ("a", false), ("b", true)])
    );
    let marker = config(&with_set(&format!("{base}marker = \"READY\""))).sets.remove(0).marker;
    assert_eq!(marker.as_deref(), Some("READY"));
}

#[test]
fn a_set_that_goes_inside_an_archive_is_read() {
    let text =
        "name = \"s\"\nroutes = [\"a\", \"b\"]\npackaging = \"zip\"\nfile_name = \"amilia_{YYYYMMDD}.zip\"";
    let archive = config(&with_set(text)).sets.remove(0).archive;
    assert_eq!(archive.map(|name| name.text().to_owned()).as_deref(), Some("amilia_{YYYYMMDD}.zip"));
    assert_eq!(config(&with_set("name = \"s\"\nroutes = [\"a\"]")).sets.remove(0).archive, None);
}

#[test]
fn errors_of_sets() {
    let cases: Vec<String> = [
        "",
        "name = \"s\"\nroutes = []",
        "name = \"s\"\nroutes = [\"a\", \"bb\"]",
        "name = \"s\"\nroutes = [\"a\", \"a\"]",
        "name = \"s\"\nroutes = [\"a\", \"elsewhere\"]",
        "name = \"s\"\nroutes = [\"a\"]\nrequired = [\"b\"]",
        "name = \"s\"\nroutes = [\"a\"]\nrequired = [\"a\"]\noptional = [\"a\"]",
        "name = \"s\"\nroutes = [\"a\"]\nmarker = \"a/b\"",
        "name = \"s\"\nroutes = [\"a\"]\nmarker = \"READY.part\"",
        "name = \"s\"\nroutes = [\"a\"]\n[[sets]]\nname = \"s\"\nroutes = [\"b\", \"a\"]",
        "name = \"s\"\nroutes = [\"a\"]\npackaging = \"gzip\"",
        "name = \"s\"\nroutes = [\"a\"]\npackaging = \"zip\"",
        "name = \"s\"\nroutes = [\"a\"]\nfile_name = \"s.zip\"",
        "name = \"s\"\nroutes = [\"a\"]\npackaging = \"zip\"\nfile_name = \"s_{YYYYMMDD}.csv\"",
        "name = \"s\"\nroutes = [\"a\"]\npackaging = \"zip\"\nfile_name = \"{universe}.zip\"",
        "name = \"a\"\nroutes = [\"a\"]\npackaging = \"zip\"\nfile_name = \"s.zip\"",
        "name = \"s\"\nroutes = [\"packed\", \"a\"]\npackaging = \"zip\"\nfile_name = \"s.zip\"",
    ]
    .map(with_set)
    .to_vec();
    let mut out = String::new();
    for text in &cases {
        let (_, set) = text.split_once("[[sets]]").unwrap();
        out.push_str(&format!("──────── {}\n{}\n\n", set.escape_debug(), error(text)));
    }
    insta::assert_snapshot!(out);
}
