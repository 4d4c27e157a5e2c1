//! Every key of `passeur.toml`: the one table that the loader, the JSON Schema for editors and `docs/configuration.md`
//! are made from. A key that is not here does not exist.

/// A table of the config.
pub(super) struct Section {
    /// As it stands in the file, for messages and docs.
    pub(super) heading: &'static str,
    /// What it is for.
    pub(super) about: &'static str,
    /// Its keys, in the order of the docs.
    pub(super) keys: &'static [Key],
}

/// A key.
pub(super) struct Key {
    /// Its name.
    pub(super) name: &'static str,
    /// What it may hold.
    pub(super) shape: Shape,
    /// When it must stand there, or what counts when it does not.
    pub(super) default: Default,
    /// Only for this `type` of destination.
    pub(super) only: Option<&'static str>,
    /// What it means.
    pub(super) about: &'static str,
    /// A value, as TOML.
    pub(super) example: &'static str,
}

/// What counts when a key is absent.
pub(super) enum Default {
    /// Refused.
    Required,
    /// In words.
    Is(&'static str),
}

/// What a key may hold.
pub(super) enum Shape {
    /// Any text.
    Text,
    /// A path, relative to the config file.
    Path,
    /// A name of IANA or an offset.
    Zone,
    /// A number and a unit.
    Duration,
    /// A whole number of days, or a text with a number and a unit.
    Term,
    /// A percentage.
    Share,
    /// Hour and minute.
    TimeOfDay,
    /// Days of the week.
    Days,
    /// A range of rows.
    Rows,
    /// `true` or `false`.
    Switch,
    /// A whole number in this range.
    Count(u16, u16),
    /// 1 to 65535.
    Port,
    /// A part of an outbound name.
    Part,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A list of parts of outbound names.
    Parts,
    /// One text or a list of them.
    TextOrTexts,
    /// Text → text.
    TextMap,
    /// Where a secret is found.
    Secret,
    /// A text, or where a secret is found.
    TextOrSecret,
    /// A table.
    Group(&'static Section),
    /// Tables with names of the user's choice.
    NamedGroups(&'static Section),
    /// A list of tables.
    Groups(&'static Section),
    /// Target column → text or table.
    Columns(&'static Section),
}

impl Shape {
    /// In words: "… must be {this}".
    pub(super) fn words(&self) -> String {
        match self {
            Shape::Text => "a text in quotes".into(),
            Shape::Path => "a path in quotes".into(),
            Shape::Zone => "a time zone in quotes".into(),
            Shape::Duration => "a duration in quotes".into(),
            Shape::Term => "a number of days, or a text such as \"2 years\"".into(),
            Shape::Share => "a percentage in quotes".into(),
            Shape::TimeOfDay => "a time of day in quotes".into(),
            Shape::Days => "days of the week in quotes".into(),
            Shape::Rows => "a range of rows in quotes".into(),
            Shape::Switch => "true or false".into(),
            Shape::Count(least, most) => format!("a whole number, {least} to {most}"),
            Shape::Port => "a port number, 1 to 65535".into(),
            Shape::Part => "a text in quotes, of a-z, 0-9 and `-`".into(),
            Shape::Choice(words) => one_of(words),
            Shape::Texts => "a list of texts".into(),
            Shape::Parts => "a list of texts, of a-z, 0-9 and `-`".into(),
            Shape::TextOrTexts => "a text in quotes or a list of texts".into(),
            Shape::TextMap => "a table of texts".into(),
            Shape::Secret => "a table that says where the secret is found".into(),
            Shape::TextOrSecret => "a text in quotes, or a table that says where the secret is found".into(),
            Shape::Group(_) => "a table".into(),
            Shape::NamedGroups(_) => "a table of tables".into(),
            Shape::Groups(_) => "a list of tables".into(),
            Shape::Columns(_) => "a table: target column = source".into(),
        }
    }
}

/// `"a", "b" or "c"`.
pub(super) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// A key that must be there.
const fn required(name: &'static str, shape: Shape, about: &'static str, example: &'static str) -> Key {
    Key { name, shape, default: Default::Required, only: None, about, example }
}

/// A key that may be left out.
const fn optional(
    name: &'static str,
    shape: Shape,
    default: &'static str,
    about: &'static str,
    example: &'static str,
) -> Key {
    Key { name, shape, default: Default::Is(default), only: None, about, example }
}

/// The same, for one type of destination.
const fn only(kind: &'static str, key: Key) -> Key {
    Key { only: Some(kind), ..key }
}

/// The top level.
pub(super) static TOP: Section = Section {
    heading: "top level",
    about: "Above the first `[section]`. All paths are relative to the folder of `passeur.toml`; `~/` is your home folder.",
    keys: &[
        optional(
            "language",
            Shape::Choice(&["en", "fr"]),
            "\"en\"",
            "Language of messages and reports.",
            "\"fr\"",
        ),
        optional(
            "time_zone",
            Shape::Zone,
            "\"UTC\"",
            "Zone of the dates in file names, and of date-times in exports whose schema names no zone. An IANA name, or an offset of whole hours.",
            "\"America/Toronto\"",
        ),
        optional("inbox", Shape::Path, "\"inbox\"", "Folder that people drop exports into.", "\"inbox\""),
        optional(
            "archive",
            Shape::Path,
            "\"archive\"",
            "Folder of accepted and refused exports, a folder a run.",
            "\"archive\"",
        ),
        optional(
            "reports",
            Shape::Path,
            "\"reports\"",
            "Folder of reports and rejected rows, a folder a run.",
            "\"reports\"",
        ),
        optional(
            "schemas",
            Shape::Path,
            "\"schemas\"",
            "Folder of your own schemas; one with the name of a built-in replaces it.",
            "\"schemas\"",
        ),
        optional(
            "work",
            Shape::Path,
            "\"work\"",
            "Private folder of exports in work and of staged outbound files.",
            "\"work\"",
        ),
        optional(
            "store",
            Shape::Path,
            "\"passeur.db\"",
            "The file that remembers runs, exports and what was sent.",
            "\"passeur.db\"",
        ),
        optional(
            "ignore",
            Shape::Texts,
            "none",
            "Names in the inbox to leave alone (`*`, `?`, `[…]`), besides the built-in list of temporary and hidden files.",
            "[\"*.bak\", \"old-*\"]",
        ),
        optional(
            "settle",
            Shape::Duration,
            "\"2 s\"",
            "A file is taken when it has not changed for this long.",
            "\"10 s\"",
        ),
        optional(
            "rescan",
            Shape::Duration,
            "\"30 s\"",
            "How often `passeur watch` lists the inbox although the system told it of no change (a network share tells nothing); 1 s to 1 h.",
            "\"2 min\"",
        ),
        optional(
            "destinations",
            Shape::NamedGroups(&DESTINATION),
            "none",
            "Where outbound files go, by a name of your choice.",
            "{ splio = { type = \"folder\", path = \"outbox\" } }",
        ),
        optional("routes", Shape::Groups(&ROUTE), "none", "Which export becomes which outbound file.", "[]"),
        optional("sets", Shape::Groups(&SET), "none", "Which routes are delivered together.", "[]"),
        optional(
            "models",
            Shape::Path,
            "\"models\"",
            "Folder of your own models; one with the name of a built-in replaces it.",
            "\"models\"",
        ),
        optional(
            "customer_base",
            Shape::Group(&CUSTOMER_BASE),
            "no customer base is kept",
            "How contacts and groups follow from Amilia's exports.",
            "{ window_months = 36 }",
        ),
        optional(
            "schedule",
            Shape::Group(&SCHEDULE),
            "at once",
            "When `passeur watch` takes exports and delivers.",
            "{ deliver = \"15 2 * * *\" }",
        ),
        optional(
            "marker",
            Shape::Text,
            "none: an export is taken when it has settled",
            "Name of a file that says that an export is whole: the export is taken when it is there, and not before. `{name}` is the name of the export, `{stem}` the name without its ending. The marker goes when its export is taken. One that is older than its export says nothing about it: then the export settles first.",
            "\"{name}.ok\"",
        ),
        optional(
            "metrics",
            Shape::Group(&METRICS),
            "none",
            "Where figures for a monitor go.",
            "{ textfile = \"metrics/passeur.prom\" }",
        ),
        optional(
            "notify",
            Shape::Group(&NOTIFY),
            "nobody is told",
            "Who is told when a run needs a person, and how.",
            "{ when = \"always\" }",
        ),
        optional(
            "retention",
            Shape::Group(&RETENTION),
            "everything is kept",
            "How long exports, delivered files, reports and receipts are kept.",
            "{ exports = \"90 days\" }",
        ),
    ],
};

/// `[destinations.NAME]`
pub(super) static DESTINATION: Section = Section {
    heading: "[destinations.NAME]",
    about: "Where outbound files go. NAME is yours: letters, digits, `-` and `_`.",
    keys: &[
        required("type", Shape::Choice(&["folder", "sftp"]), "A local folder, or an SFTP drop.", "\"sftp\""),
        only("folder", required("path", Shape::Path, "The folder; made if it does not exist.", "\"outbox\"")),
        only(
            "sftp",
            required("host", Shape::Text, "Host name or address, without port.", "\"sftp.example.com\""),
        ),
        only("sftp", optional("port", Shape::Port, "22", "Port.", "2222")),
        only("sftp", required("user", Shape::Text, "Login name.", "\"myuniverse\"")),
        only("sftp", optional("folder", Shape::Text, "the login folder", "Remote folder.", "\"imports\"")),
        only(
            "sftp",
            required(
                "auth",
                Shape::Group(&AUTH),
                "How to log in: a password, a key, or a running agent.",
                "{ password = { env = \"SPLIO_PASSWORD\" } }",
            ),
        ),
        only(
            "sftp",
            optional(
                "host_keys",
                Shape::Texts,
                "`known_hosts` decides",
                "Fingerprints of the server, as `ssh-keygen -lf` prints them; several while a key is changed. Not together with `known_hosts`.",
                "[\"SHA256:uNiVztksCsDhcc0u9e8BrYzO2yA0Hq+CkGtyeiTGZkA\"]",
            ),
        ),
        only(
            "sftp",
            optional(
                "known_hosts",
                Shape::Path,
                "\"~/.ssh/known_hosts\"",
                "File of known host keys.",
                "\"known_hosts\"",
            ),
        ),
        only(
            "sftp",
            optional(
                "timeout",
                Shape::Duration,
                "\"30 s\"",
                "For the connection and for each answer; 1 s to 1 h.",
                "\"60 s\"",
            ),
        ),
        optional(
            "verify",
            Shape::Choice(&["size", "content"]),
            "\"size\"",
            "How a file is checked before it gets its final name: its size, or its content, read back.",
            "\"content\"",
        ),
        optional(
            "temporary_suffix",
            Shape::Text,
            "\".part\"",
            "Ending of temporary names; must match none of the partner's file patterns.",
            "\".tmp\"",
        ),
        optional(
            "retries",
            Shape::Count(0, 20),
            "3",
            "How often a file is tried again within a run after a failure that can heal (no answer, a broken connection); after that it waits for the next run.",
            "5",
        ),
        optional(
            "retry_ceiling",
            Shape::Duration,
            "\"30 s\"",
            "The longest wait before a retry: the first is about a second, each further one about twice as long; 1 s to 1 h.",
            "\"2 min\"",
        ),
        only(
            "sftp",
            optional(
                "sessions",
                Shape::Count(1, 10),
                "2",
                "Connections at once; lower it for a server that allows only one.",
                "1",
            ),
        ),
    ],
};

/// `auth` of a destination.
pub(super) static AUTH: Section = Section {
    heading: "auth",
    about: "One of `password`, `key`, `agent`. A secret never stands in the config: it is read from an environment variable (upper case), `{ env = \"SPLIO_PASSWORD\" }`, or from a file that only its owner can read, `{ file = \"secrets/splio\" }`.",
    keys: &[
        optional(
            "password",
            Shape::Secret,
            "none",
            "Log in with this password.",
            "{ env = \"SPLIO_PASSWORD\" }",
        ),
        optional(
            "key",
            Shape::Path,
            "none",
            "Log in with this private key file (OpenSSH or PEM).",
            "\"~/.ssh/id_ed25519\"",
        ),
        optional(
            "passphrase",
            Shape::Secret,
            "none",
            "Passphrase of `key`.",
            "{ file = \"secrets/passphrase\" }",
        ),
        optional("agent", Shape::Switch, "false", "Log in with the identities of a running agent.", "true"),
    ],
};

/// A secret's pointer.
pub(super) static SECRET: Section = Section {
    heading: "secret",
    about: "Where a secret is found: one of the two.",
    keys: &[
        optional("env", Shape::Text, "none", "Environment variable: A-Z, 0-9 and `_`.", "\"SPLIO_PASSWORD\""),
        optional("file", Shape::Path, "none", "File, readable by its owner alone.", "\"secrets/splio\""),
    ],
};

/// `[[routes]]`
pub(super) static ROUTE: Section = Section {
    heading: "[[routes]]",
    about: "From one kind of export, through a column map, to one kind of outbound file at one destination.",
    keys: &[
        required("name", Shape::Text, "Name in messages and in the store; one route, one name.", "\"cards\""),
        required("from", Shape::Text, "Schema of the export.", "\"amilia/memberships\""),
        required("to", Shape::Text, "Schema of the outbound file.", "\"splio/cardcode\""),
        required("destination", Shape::Text, "Name of a destination.", "\"splio\""),
        optional(
            "universe",
            Shape::Part,
            "none; needed where the schema's names have one",
            "First part of outbound names: your account at the platform. a-z, 0-9, `-`.",
            "\"myuniverse\"",
        ),
        optional(
            "subsections",
            Shape::Parts,
            "none; at least one is needed where the schema's names have one",
            "Third part of outbound names, in order: the first takes the first 200,000 rows, the second the next, and so on.",
            "[\"members\", \"members-2\"]",
        ),
        optional("subsection", Shape::Part, "none", "The same, when there is one.", "\"members\""),
        optional(
            "send",
            Shape::Choice(&["all", "new", "changed", "updated"]),
            "\"all\"",
            "Which rows are sent: all; those whose key was never sent (`new`); those that are new or differ from what was sent (`changed`); those that differ, while new ones are only remembered because another route sends them (`updated`).",
            "\"changed\"",
        ),
        optional(
            "file_name",
            Shape::Text,
            "none; needed where the schema leaves the names to you",
            "Template of the names of the files, where the platform has no grammar of its own but the name that you set there: text with `{YYYYMMDD}`, `{subsection}`, `{database}`, `{delivery}` or `{send_time:YYYYMMDDhhmm}` in it.",
            "\"profiles_{YYYYMMDD}.csv\"",
        ),
        optional(
            "days_ahead",
            Shape::Count(0, 31),
            "none; needed where the platform looks for the name of the day on which it looks (Actito)",
            "Days from the day of a run to the day in the name: 1 when a run in the evening makes the file that is fetched after midnight, 0 when it is fetched on the same day.",
            "1",
        ),
        optional(
            "entity",
            Shape::Text,
            "none; needed where the platform keeps data apart by entity (Actito)",
            "The entity that the file is for; `-` if your licence has none. It is in no file, but on the setup sheet.",
            "\"-\"",
        ),
        optional(
            "database",
            Shape::Text,
            "none; needed where the names have one (send campaigns of Symplify)",
            "`{database}` of the name: the number of the list, in quotes.",
            "\"77\"",
        ),
        optional(
            "delivery",
            Shape::Text,
            "none; needed where the names have one (send campaigns of Symplify)",
            "`{delivery}` of the name: the number of the campaign, in quotes.",
            "\"1234\"",
        ),
        optional(
            "send_time",
            Shape::Text,
            "none; needed where the names have one (send campaigns of Symplify)",
            "`{send_time:…}` of the name: when the campaign is sent. A file whose time has passed is not released.",
            "\"2026-11-20T08:00:00-05:00\"",
        ),
        optional(
            "send_time_zone",
            Shape::Zone,
            "none; needed with `send_time`",
            "The zone in which the platform reads the time in the name.",
            "\"Europe/Stockholm\"",
        ),
        optional(
            "mode",
            Shape::Choice(&["add", "replace", "unsubscribe"]),
            "none; needed where the schema knows several",
            "What the file does at the platform, as it is set there. `replace` turns everybody inactive who is not in the file: it takes `send = \"all\"` alone, one file a run, and has a guard (`max_shrink`).",
            "\"add\"",
        ),
        optional(
            "max_shrink",
            Shape::Share,
            "\"10 %\"",
            "With `mode = \"replace\"`: a file that has fewer rows than the last one delivered, by more than this share, is held.",
            "\"25 %\"",
        ),
        optional(
            "initial",
            Shape::Switch,
            "false",
            "Send all rows to a platform that wants changes alone: its first load.",
            "true",
        ),
        optional(
            "packaging",
            Shape::Choice(&["gzip", "zip"]),
            "none: the file as it is",
            "Pack the file. The name must end in `.gz` or `.zip`.",
            "\"gzip\"",
        ),
        optional(
            "key",
            Shape::Texts,
            "the primary key of the target schema",
            "Target columns that tell rows apart, where `send` is not \"all\".",
            "[\"card_code\"]",
        ),
        optional(
            "compare",
            Shape::Texts,
            "all columns",
            "Target columns that decide whether a row has changed, where `send` is not \"all\".",
            "[\"tier_name\"]",
        ),
        optional(
            "max_rejected",
            Shape::Share,
            "\"10 %\"",
            "A larger share of rejected rows holds the outbound file. A percentage, or a number from 0.0 to 1.0.",
            "\"2.5 %\"",
        ),
        optional(
            "time_zone",
            Shape::Zone,
            "the target schema's",
            "Zone of date-times in the outbound file.",
            "\"Europe/Paris\"",
        ),
        optional(
            "settings",
            Shape::Texts,
            "none",
            "Switches that the target schema knows, `-` and `_` alike.",
            "[\"generated-card-codes\"]",
        ),
        optional(
            "columns",
            Shape::Columns(&COLUMN),
            "none",
            "Target column = source column, or a table (below). A target column without an entry stays empty, or is left out where the schema lets it be.",
            "{ card_code = \"Card\" }",
        ),
        optional(
            "expect",
            Shape::Group(&EXPECT),
            "nothing is expected",
            "What the route receives when all is well (below). What does not come is reported, and a file that is not as expected is held.",
            "{ by = \"02:00\", days = \"Mon-Sat\", change_max = \"20 %\" }",
        ),
        optional(
            "schedule",
            Shape::Group(&ROUTE_SCHEDULE),
            "`deliver` of `[schedule]`",
            "When `passeur watch` delivers the files of this route (below).",
            "{ deliver = \"0 3 * * *\" }",
        ),
    ],
};

/// `expect` of a route
pub(super) static EXPECT: Section = Section {
    heading: "[routes.expect]",
    about: "What the route receives when all is well. `run` and `watch` report what is otherwise, with exit code 3, until it is put right; `passeur status` has a calendar. A file of an export, or of a model, outside `rows` or `change_max` is held. An export counts when it was accepted; for the route of a model, when the customer base was derived from it. The rows are those of the export or of the model, not those that `send` leaves; each export is judged by itself.",
    keys: &[
        optional(
            "by",
            Shape::TimeOfDay,
            "the end of the day, if `days` is there",
            "Until then an export has to be there, in the project's `time_zone`. A time that the clocks skip in spring comes when they go on, one that they repeat in autumn counts the first time. It counts for the day when it came after the noon before, where `by` is before noon; else after the midnight before.",
            "\"02:00\"",
        ),
        optional(
            "days",
            Shape::Days,
            "every day, if `by` is there",
            "On these days: Mon, Tue, Wed, Thu, Fri, Sat, Sun, as a list, as a range, or both. An export counts for the next of these days.",
            "\"Mon-Sat\"",
        ),
        optional(
            "rows",
            Shape::Rows,
            "any number but none",
            "How many rows it has, both ends included; either may be left out. An empty export is always reported, unless this begins with 0.",
            "\"180000..210000\"",
        ),
        optional(
            "change_max",
            Shape::Share,
            "any change",
            "The share by which it may have fewer or more rows than the last one that was as expected, or that a person released.",
            "\"20 %\"",
        ),
    ],
};

/// `schedule` of a route
pub(super) static ROUTE_SCHEDULE: Section = Section {
    heading: "[routes.schedule]",
    about: "Times of this route alone, as in `[schedule]`. Exports are taken for all routes at once: which routes one feeds is known only when it was read. All routes of a set have the same times.",
    keys: &[required(
        "deliver",
        Shape::Text,
        "When the files of this route are delivered; instead of `deliver` in `[schedule]`.",
        "\"0 3 * * *\"",
    )],
};

/// `[[sets]]`
pub(super) static SET: Section = Section {
    heading: "[[sets]]",
    about: "Routes that are delivered together: the files that one run makes for them are all uploaded and verified before the first of them gets its name. A route belongs to one set at most.",
    keys: &[
        required(
            "name",
            Shape::Text,
            "Name in messages and in the store; one set, one name.",
            "\"cyberimpact\"",
        ),
        required(
            "routes",
            Shape::Texts,
            "Names of routes to one destination, in the order in which their files get their names.",
            "[\"groups\", \"contacts\", \"group-members\"]",
        ),
        optional(
            "required",
            Shape::Texts,
            "all of `routes`",
            "Routes without which the set is held: a run that makes a file for one of the set, and none for one of these, sends nothing of it. Not together with `optional`.",
            "[\"groups\", \"contacts\"]",
        ),
        optional(
            "optional",
            Shape::Texts,
            "none of `routes`",
            "Routes that may have no file; all others are required.",
            "[\"group-members\"]",
        ),
        optional(
            "marker",
            Shape::Text,
            "none",
            "Name of an empty file that is written last, for partners who wait for one. While one of an earlier set is still there, the set waits.",
            "\"READY\"",
        ),
        optional(
            "packaging",
            Shape::Choice(&["zip"]),
            "none: each file goes by itself",
            "The files of the set go inside one archive: one outbound file, checked and named inside as if each went alone. For schemas that take ZIP (Actito); the routes themselves pack nothing then.",
            "\"zip\"",
        ),
        optional(
            "file_name",
            Shape::Text,
            "refused with `packaging`",
            "Name of the archive, a template of text and the day (`{YYYYMMDD}`, with the routes' `days_ahead`); ends in .zip.",
            "\"amilia_{YYYYMMDD}.zip\"",
        ),
    ],
};

/// A table in `[routes.columns]`
pub(super) static COLUMN: Section = Section {
    heading: "[routes.columns]",
    about: "`target = \"Source column\"`, or `target = { … }` with these keys. One of `from`, `constant`, `template`; then the steps in the order of this table.",
    keys: &[
        optional(
            "from",
            Shape::TextOrTexts,
            "none",
            "Source column; of several, the first that is not empty counts.",
            "[\"Email\", \"Account owner email\"]",
        ),
        optional("constant", Shape::Text, "none", "The same value in every row.", "\"4\""),
        optional(
            "template",
            Shape::Text,
            "none",
            "Text with `{Source column}` in it; `{{` and `}}` are braces. Empty when a named column is empty.",
            "\"AM-{Person ID}\"",
        ),
        optional("trim", Shape::Switch, "false", "Remove spaces at both ends.", "true"),
        optional("case", Shape::Choice(&["lower", "upper"]), "as it is", "Change letter case.", "\"lower\""),
        optional("strip_accents", Shape::Switch, "false", "`é` becomes `e`.", "true"),
        optional(
            "phone",
            Shape::Choice(&["+", "00"]),
            "as it is",
            "A telephone number in international form: digits after `+`, or after `00`. What is no telephone number stays as it is, and the target schema decides.",
            "\"00\"",
        ),
        optional(
            "calling_code",
            Shape::Text,
            "none: such a number stays as it is",
            "With `phone`: the calling code of numbers that do not say theirs.",
            "\"1\"",
        ),
        optional(
            "map",
            Shape::TextMap,
            "none",
            "Value → value, compared exactly, after the steps above.",
            "{ \"Gold\" = \"2\", \"Silver\" = \"1\" }",
        ),
        optional(
            "unmapped",
            Shape::Choice(&["reject", "keep", "empty"]),
            "\"reject\"",
            "What a value that `map` lacks does: rejects the row, passes as it is, or becomes empty.",
            "\"keep\"",
        ),
        optional("default", Shape::Text, "none", "Value when there is none.", "\"1\""),
    ],
};

/// `[customer_base]`
pub(super) static CUSTOMER_BASE: Section = Section {
    heading: "[customer_base]",
    about: "How contacts, groups and cards follow from Amilia's exports ([customer-base.md](customer-base.md)). The section may be empty; present, it makes passeur keep a snapshot of people, registrations, memberships and unsubscribed addresses.",
    keys: &[
        optional(
            "language",
            Shape::Choice(&["en", "fr"]),
            "\"fr\"",
            "Language of group titles and of the consent label: that of your account at the destination.",
            "\"en\"",
        ),
        optional(
            "customers_title",
            Shape::Text,
            "`Clients Amilia` or `Amilia Customers`",
            "Title of the group of all contacts.",
            "\"Clients Amilia\"",
        ),
        optional(
            "archived_title",
            Shape::Text,
            "`Clients Amilia archivés` or `Archived Amilia customers`",
            "Title of the group of archived contacts.",
            "\"Clients Amilia archivés\"",
        ),
        optional(
            "consent_source",
            Shape::Text,
            "`API ou Webhook - Client actif` or `API or Webhook - Active client`",
            "Source of consent.",
            "\"API ou Webhook - Client actif\"",
        ),
        optional(
            "window_months",
            Shape::Count(1, 1200),
            "24",
            "Registrations that are older on the first day import nobody (CI-11, CI-15).",
            "36",
        ),
        optional(
            "owner_stays",
            Shape::Switch,
            "true",
            "An owner stays in a group while another live registration of the account holds the place; `false`: leaves with each registrant (CI-32, CI-34).",
            "false",
        ),
        optional(
            "registrants_renew_owner",
            Shape::Switch,
            "true",
            "Each registration or purchase of the account renews the owner's consent; `false`: only the owner's own and those of persons who have no contact of their own (CI-56).",
            "false",
        ),
        optional(
            "expired_memberships_stay",
            Shape::Switch,
            "true",
            "An expired membership keeps its place in the membership's group; `false`: the place ends.",
            "false",
        ),
        optional(
            "relation_without_consent",
            Shape::Switch,
            "true",
            "A contact without registration and purchase carries the relation `active-clients` all the same; `false`: relation and source stay empty (CI-58).",
            "false",
        ),
        optional(
            "addresses_ignore_case",
            Shape::Switch,
            "true",
            "Addresses that differ only in case are one address; `false`: they are different addresses (CI-09). An unsubscribed address counts in any case, either way.",
            "false",
        ),
        optional(
            "window_includes_boundary",
            Shape::Switch,
            "true",
            "A registration made exactly `window_months` ago counts as inside; `false`: as outside (CI-15).",
            "false",
        ),
        optional(
            "restored_regain_places",
            Shape::Switch,
            "true",
            "A person restored from the archive gets back the places that ended because of it; `false`: only a row first seen afterwards gives such a place again (CI-33).",
            "false",
        ),
        optional(
            "consent_never_moves_back",
            Shape::Switch,
            "true",
            "The date of consent never moves back; `false`: it follows the rows that count today, also back (CI-55).",
            "false",
        ),
        optional(
            "known_skills",
            Shape::Texts,
            "none",
            "Names of skills that hold a comma (CI-65).",
            "[\"Yoga, niveau 2\"]",
        ),
        optional(
            "skills_comma_separates",
            Shape::Switch,
            "true",
            "A comma separates skills; `false`: it belongs to a name (CI-65).",
            "false",
        ),
        optional(
            "unsubscribed_statuses",
            Shape::Texts,
            "none; needed for the unsubscribed list, unless `every_row_unsubscribes`",
            "Values of the unsubscribed list's status that mean \"no mail\", without regard to case and accents.",
            "[\"Désabonné\", \"Plainte\"]",
        ),
        optional(
            "every_row_unsubscribes",
            Shape::Switch,
            "false",
            "Every row of the unsubscribed list means \"no mail\", whatever its status says.",
            "true",
        ),
        optional(
            "max_removed_registrations",
            Shape::Share,
            "\"20 %\"",
            "A run that would end a larger share of the registrations waits for a person.",
            "\"50 %\"",
        ),
        optional(
            "max_archived_people",
            Shape::Share,
            "\"5 %\"",
            "A run that would archive a larger share of the people waits for a person.",
            "\"20 %\"",
        ),
        optional(
            "max_returned_addresses",
            Shape::Share,
            "\"20 %\"",
            "A run in which a larger share of the unsubscribed addresses is missing from the list, and would be written to again, waits for a person.",
            "\"50 %\"",
        ),
    ],
};

/// `[schedule]`
pub(super) static SCHEDULE: Section = Section {
    heading: "[schedule]",
    about: "When `passeur watch` takes exports and delivers, as cron expressions (minute, hour, day, month, day of the week; 1 is Monday) in the project's `time_zone`. A time that the clocks skip in spring comes when they go on, one that they repeat in autumn comes once; times that passed while nothing was up are caught up once. `passeur run` does not look at them.",
    keys: &[
        optional(
            "collect",
            Shape::Text,
            "as soon as an export has settled",
            "When exports are taken from the inbox.",
            "\"0 22 * * 1-6\"",
        ),
        optional(
            "deliver",
            Shape::Text,
            "as soon as a file is made",
            "When files are delivered; one that cannot be is tried again until it is.",
            "\"15 2 * * *\"",
        ),
    ],
};

/// `[metrics]`
pub(super) static METRICS: Section = Section {
    heading: "[metrics]",
    about: "Figures for a monitor, in the text format of Prometheus ([operations.md](operations.md)). They hold counts, times and the names of routes and destinations; nothing from an export.",
    keys: &[
        optional(
            "textfile",
            Shape::Path,
            "none",
            "File that is written at the end of each run, for the textfile collector of node_exporter; everybody on the machine may read it.",
            "\"/var/lib/prometheus/node-exporter/passeur.prom\"",
        ),
        optional(
            "listen",
            Shape::Text,
            "none",
            "Address of this machine at which `passeur watch` answers to `GET /metrics` and `GET /health`.",
            "\"127.0.0.1:9187\"",
        ),
        optional(
            "max_age",
            Shape::Duration,
            "\"26 h\"",
            "A route whose last success is older is an alarm, for `passeur health` and `/health`.",
            "\"50 h\"",
        ),
    ],
};

/// `[retention]`
pub(super) static RETENTION: Section = Section {
    heading: "[retention]",
    about: "How long what is done is kept: a whole number of days, or a text with days, weeks, months or years. Ages are whole days in the project's `time_zone`. Without a term, things are kept for ever. `run` removes what is over at its end, `passeur clean` at any time, and `passeur clean --dry-run` says what would go. Nothing goes that is still needed: exports and reports of files that wait or are held, files that are not delivered, and whatever passeur did not make. What was sent, and which exports came, is remembered all the same ([privacy.md](privacy.md)).",
    keys: &[
        optional("exports", Shape::Term, "for ever", "Exports in the archive.", "\"90 days\""),
        optional(
            "outbound",
            Shape::Term,
            "for ever",
            "Our copies of files that were delivered or discarded.",
            "\"90 days\"",
        ),
        optional("reports", Shape::Term, "for ever", "Reports and rejected rows.", "30"),
        optional(
            "receipts",
            Shape::Term,
            "for ever",
            "Receipts: the proofs of delivery. They hold no personal data.",
            "\"7 years\"",
        ),
    ],
};

/// `[notify]`
pub(super) static NOTIFY: Section = Section {
    heading: "[notify]",
    about: "Who is told of the runs of `passeur run` and `passeur watch`: by e-mail, by a webhook, or both ([notifications.md](notifications.md)). A notification that fails never stops a delivery and changes no exit code; `passeur status` says since when it fails. `passeur notify --test` sends one.",
    keys: &[
        optional(
            "when",
            Shape::Choice(&["attention", "always", "never"]),
            "\"attention\"",
            "When something needs a person (once, and once a day while it stays so), after each run that did something, or not at all.",
            "\"always\"",
        ),
        optional(
            "name",
            Shape::Text,
            "the name of the project's folder",
            "What the project is called in subjects.",
            "\"Club de natation\"",
        ),
        optional(
            "email",
            Shape::Group(&NOTIFY_EMAIL),
            "no mail is sent",
            "The server and the people.",
            "{ host = \"mail.example.com\", from = \"passeur@example.com\", to = [\"office@example.com\"] }",
        ),
        optional(
            "webhook",
            Shape::Group(&NOTIFY_WEBHOOK),
            "nothing is posted",
            "The address that JSON is posted to.",
            "{ url = \"https://hooks.example.com/passeur\" }",
        ),
    ],
};

/// Of both channels.
const CA_FILE: Key = optional(
    "ca_file",
    Shape::Path,
    "the system's certificates",
    "Certificates (PEM) that prove the server, instead of the system's.",
    "\"ca.pem\"",
);

/// Of both channels.
const NOTIFY_TIMEOUT: Key = optional(
    "timeout",
    Shape::Duration,
    "\"30 s\"",
    "How long one notification may take, retries included; 1 s to 10 min.",
    "\"1 min\"",
);

/// `[notify.email]`
pub(super) static NOTIFY_EMAIL: Section = Section {
    heading: "[notify.email]",
    about: "Mail in plain text, in the language of the project.",
    keys: &[
        required("host", Shape::Text, "Mail server, without port.", "\"mail.example.com\""),
        optional("port", Shape::Port, "by `tls`: 587, 465 or 25", "Port.", "2525"),
        optional(
            "tls",
            Shape::Choice(&["required", "implicit", "none"]),
            "\"required\"",
            "`required`: STARTTLS, and no mail without it. `implicit`: TLS from the start. `none`: only for a server on this machine.",
            "\"implicit\"",
        ),
        required(
            "from",
            Shape::Text,
            "The sender: an address, or a name and an address.",
            "\"passeur <passeur@example.com>\"",
        ),
        required("to", Shape::Texts, "The people, at least one.", "[\"office@example.com\"]"),
        optional("username", Shape::Text, "no login", "Login name, with `password`.", "\"passeur\""),
        optional(
            "password",
            Shape::Secret,
            "no login",
            "Password of `username`.",
            "{ env = \"MAIL_PASSWORD\" }",
        ),
        CA_FILE,
        NOTIFY_TIMEOUT,
    ],
};

/// `[notify.webhook]`
pub(super) static NOTIFY_WEBHOOK: Section = Section {
    heading: "[notify.webhook]",
    about: "JSON, posted. A server that is busy or away (no answer, 408, 425, 429, 5xx) is tried again until `timeout`.",
    keys: &[
        required(
            "url",
            Shape::TextOrSecret,
            "The address: `https://`, or `http://` on this machine. One with a secret in it does not stand here: `{ env = \"HOOK_URL\" }` or `{ file = \"secrets/hook\" }`.",
            "\"https://hooks.example.com/passeur\"",
        ),
        optional(
            "token",
            Shape::Secret,
            "none",
            "Sent as `Authorization: Bearer …`.",
            "{ file = \"secrets/hook-token\" }",
        ),
        CA_FILE,
        NOTIFY_TIMEOUT,
    ],
};

/// Every section, in the order of the docs, with the heading that people write.
pub(super) static SECTIONS: [&Section; 16] = [
    &TOP,
    &DESTINATION,
    &AUTH,
    &SECRET,
    &ROUTE,
    &COLUMN,
    &EXPECT,
    &ROUTE_SCHEDULE,
    &SET,
    &CUSTOMER_BASE,
    &SCHEDULE,
    &METRICS,
    &NOTIFY,
    &NOTIFY_EMAIL,
    &NOTIFY_WEBHOOK,
    &RETENTION,
];
