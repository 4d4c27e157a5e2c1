//! The little language of outbound names: a template whose parts stand in braces.
//!
//! | in the template | in the name |
//! |---|---|
//! | `{universe}` `{scope}` `{subsection}` | the part of that name: a-z, 0-9 and `-` |
//! | `{database}` `{delivery}` | the number of the route's setting of that name |
//! | `{YYYYMMDD}`, `{YYYY-MM-DD}`, … | the day of the file: `YYYY`, `MM` and `DD`, in any order, with `-` or `_` between them |
//! | `{send_time:YYYYMMDDhhmm}`, … | the route's `send_time`: the same, and `hh`, `mm`, `ss` |
//! | anything else | itself: printable ASCII without what paths and patterns need |
//!
//! What a name must hold, and whether it may come again, is for the schema; this room knows nothing of platforms.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use super::part::{MAX_NAME_BYTES, PartError, check_part};

/// A template of outbound names, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameTemplate {
    text: String,
    pieces: Vec<Piece>,
}

/// A part of a name that is no literal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NamePart {
    /// The account at the platform.
    Universe,
    /// The kind of content, from the schema.
    Scope,
    /// Tells files of the same kind and day apart.
    Subsection,
    /// The list that a send campaign goes to (Symplify).
    Database,
    /// The campaign that is sent (Symplify).
    Delivery,
    /// The day of the file.
    Day,
    /// When a campaign is sent (Symplify).
    SendTime,
}

impl NamePart {
    /// All parts.
    pub const ALL: [NamePart; 7] = [
        NamePart::Universe,
        NamePart::Scope,
        NamePart::Subsection,
        NamePart::Database,
        NamePart::Delivery,
        NamePart::Day,
        NamePart::SendTime,
    ];

    /// Its word in a template, and in `passeur.nameHolds`.
    pub fn word(self) -> &'static str {
        match self {
            NamePart::Universe => "universe",
            NamePart::Scope => "scope",
            NamePart::Subsection => "subsection",
            NamePart::Database => "database",
            NamePart::Delivery => "delivery",
            NamePart::Day => "day",
            NamePart::SendTime => "send_time",
        }
    }

    /// How it is written in a template, for messages.
    pub fn shown(self) -> String {
        match self {
            NamePart::Day => "{YYYYMMDD}".to_owned(),
            NamePart::SendTime => "{send_time:YYYYMMDDhhmm}".to_owned(),
            part => format!("{{{}}}", part.word()),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Part(NamePart),
    Moment(NamePart, Vec<Token>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Between(char),
}

const TOKENS: [(&str, Token); 6] = [
    ("YYYY", Token::Year),
    ("MM", Token::Month),
    ("DD", Token::Day),
    ("hh", Token::Hour),
    ("mm", Token::Minute),
    ("ss", Token::Second),
];

/// What the parts of one name are.
#[derive(Debug, Clone, Copy, Default)]
pub struct NameValues<'a> {
    /// `{universe}`
    pub universe: &'a str,
    /// `{scope}`
    pub scope: &'a str,
    /// `{subsection}`
    pub subsection: &'a str,
    /// `{database}`
    pub database: &'a str,
    /// `{delivery}`
    pub delivery: &'a str,
    /// The day of the file.
    pub day: NaiveDate,
    /// `{send_time:…}`, in the zone of the platform.
    pub send_time: NaiveDateTime,
}

impl<'a> NameValues<'a> {
    fn text(&self, part: NamePart) -> &'a str {
        match part {
            NamePart::Universe => self.universe,
            NamePart::Scope => self.scope,
            NamePart::Subsection => self.subsection,
            NamePart::Database => self.database,
            NamePart::Delivery => self.delivery,
            NamePart::Day | NamePart::SendTime => "",
        }
    }
}

/// Why no name can be made of a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A part breaks its grammar.
    #[error("{part} `{}` {why}", .text.escape_debug())]
    Part {
        /// Its word.
        part: &'static str,
        /// What stood there.
        text: String,
        /// What is wrong with it.
        #[source]
        why: PartError,
    },
    /// A year that four digits cannot show.
    #[error("the year {0} cannot be written as YYYY; check the clock of this machine")]
    Year(i32),
    /// Longer than file systems allow.
    #[error("the name would be {0} bytes long; at most {MAX_NAME_BYTES} are allowed: shorten its parts")]
    Long(usize),
}

impl NameTemplate {
    /// `universe_scope_subsection_YYYYMMDD.csv` (seed 003): the grammar of schemas that declare no other.
    pub fn default_grammar() -> Self {
        let between = || Piece::Text("_".to_owned());
        let day = Piece::Moment(NamePart::Day, vec![Token::Year, Token::Month, Token::Day]);
        let pieces = vec![
            Piece::Part(NamePart::Universe),
            between(),
            Piece::Part(NamePart::Scope),
            between(),
            Piece::Part(NamePart::Subsection),
            between(),
            day,
            Piece::Text(".csv".to_owned()),
        ];
        NameTemplate { text: "{universe}_{scope}_{subsection}_{YYYYMMDD}.csv".to_owned(), pieces }
    }

    /// Reads a template.
    ///
    /// # Errors
    /// What is wrong with it; completes "`file_name` …".
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, behind) = rest.split_at(open);
            literal(before, &mut pieces)?;
            let Some((inside, after)) = behind.get(1..).and_then(|behind| behind.split_once('}')) else {
                return Err(format!("has a {{ that no }} closes, at `{behind}`"));
            };
            pieces.push(placeholder(inside)?);
            rest = after;
        }
        literal(rest, &mut pieces)?;
        match pieces.first() {
            None => return Err("is empty: a file needs a name".to_owned()),
            Some(Piece::Text(start)) if start.starts_with(['.', '-', ' ']) => {
                return Err("begins with `.`, `-` or a blank: such files are hidden, or taken for an option"
                    .to_owned());
            }
            Some(_) => {}
        }
        if text.ends_with(['.', ' ']) {
            return Err("ends with `.` or a blank, which some systems cut off".to_owned());
        }
        let template = NameTemplate { text: text.to_owned(), pieces };
        let sure = template.shown(&NameValues::default()).len();
        if sure > MAX_NAME_BYTES {
            return Err(format!(
                "makes names of {sure} bytes and more; at most {MAX_NAME_BYTES} are allowed"
            ));
        }
        Ok(template)
    }

    /// The template as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether names of this template have the part.
    pub fn holds(&self, part: NamePart) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Text(_) => false,
            Piece::Part(of) | Piece::Moment(of, _) => *of == part,
        })
    }

    /// All names are the same.
    pub fn is_fixed(&self) -> bool {
        ![NamePart::Subsection, NamePart::Day, NamePart::SendTime].into_iter().any(|part| self.holds(part))
    }

    /// A name.
    ///
    /// # Errors
    /// A part that breaks its grammar, or a name that is too long.
    pub fn render(&self, values: &NameValues<'_>) -> Result<String, RenderError> {
        let mut name = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Part(part) => {
                    let text = values.text(*part);
                    check_part(text).map_err(|why| RenderError::Part {
                        part: part.word(),
                        text: text.to_owned(),
                        why,
                    })?;
                    name.push_str(text);
                }
                Piece::Moment(part, tokens) => {
                    let moment = match part {
                        NamePart::SendTime => values.send_time,
                        _ => values.day.into(),
                    };
                    match moment.year() {
                        0..=9999 => tokens.iter().for_each(|token| token.write(moment, &mut name)),
                        year => return Err(RenderError::Year(year)),
                    }
                }
            }
        }
        if name.len() > MAX_NAME_BYTES { Err(RenderError::Long(name.len())) } else { Ok(name) }
    }

    /// The names of a day that is not known: `demo_cardcode_members_YYYYMMDD.csv`. Unchecked; for messages and comparisons.
    pub fn shown(&self, values: &NameValues<'_>) -> String {
        let mut name = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Part(part) => name.push_str(values.text(*part)),
                Piece::Moment(_, tokens) => tokens.iter().for_each(|token| token.show(&mut name)),
            }
        }
        name
    }

    /// Reads a name back: its subsection and its day, with the other parts as in `values`. `None`: the template does not make this name.
    pub fn read(&self, name: &str, values: &NameValues<'_>) -> Option<ReadName> {
        let mut pattern = String::from("^");
        let mut groups = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => pattern.push_str(&regex::escape(text)),
                Piece::Part(NamePart::Subsection) => {
                    groups.push(None);
                    pattern.push_str("([a-z0-9-]+)");
                }
                Piece::Part(part) => pattern.push_str(&regex::escape(values.text(*part))),
                Piece::Moment(part, tokens) => {
                    for token in tokens {
                        match token {
                            Token::Between(character) => pattern.push(*character),
                            token => {
                                groups.push(Some((*part, *token)));
                                pattern.push_str(if *token == Token::Year { r"(\d{4})" } else { r"(\d{2})" });
                            }
                        }
                    }
                }
            }
        }
        pattern.push('$');
        let found = regex::RegexBuilder::new(&pattern).unicode(false).build().ok()?.captures(name)?;
        let mut read = ReadName::default();
        let (mut day, mut time) = ([0_u32, 1, 1, 0, 0, 0], [0_u32, 1, 1, 0, 0, 0]);
        for (group, found) in groups.iter().zip(found.iter().skip(1).flatten()) {
            match group {
                None => read.subsection = Some(found.as_str().to_owned()),
                Some((part, token)) => {
                    let slots = if *part == NamePart::SendTime { &mut time } else { &mut day };
                    *slots.get_mut(token.place()?)? = found.as_str().parse().ok()?;
                }
            }
        }
        let moment = |[year, month, day, hour, minute, second]: [u32; 6]| {
            NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?.and_hms_opt(hour, minute, second)
        };
        if self.holds(NamePart::Day) {
            read.day = Some(moment(day)?.date());
        }
        if self.holds(NamePart::SendTime) {
            read.send_time = Some(moment(time)?);
        }
        Some(read)
    }
}

/// What a name says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadName {
    /// Its subsection, if it has one.
    pub subsection: Option<String>,
    /// Its day, if it has one.
    pub day: Option<NaiveDate>,
    /// Its send time, if it has one: local time at the platform.
    pub send_time: Option<NaiveDateTime>,
}

impl Token {
    fn place(self) -> Option<usize> {
        TOKENS.iter().position(|(_, token)| *token == self)
    }

    fn write(self, moment: NaiveDateTime, name: &mut String) {
        let number = match self {
            Token::Year => {
                name.push_str(&format!("{:04}", moment.year()));
                return;
            }
            Token::Between(character) => {
                name.push(character);
                return;
            }
            Token::Month => moment.month(),
            Token::Day => moment.day(),
            Token::Hour => moment.hour(),
            Token::Minute => moment.minute(),
            Token::Second => moment.second(),
        };
        name.push_str(&format!("{number:02}"));
    }

    fn show(self, name: &mut String) {
        match self {
            Token::Between(character) => name.push(character),
            token => name.extend(TOKENS.iter().filter(|(_, known)| *known == token).map(|(word, _)| *word)),
        }
    }
}

/// Printable ASCII without what separates folders, what partners' patterns need, and what some system forbids in names.
fn literal(text: &str, pieces: &mut Vec<Piece>) -> Result<(), String> {
    if let Some(wrong) =
        text.chars().find(|character| !matches!(character, ' '..='~') || "/\\:*?\"<>|}".contains(*character))
    {
        return Err(format!("holds `{}`, which no outbound name may have", wrong.escape_debug()));
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
    Ok(())
}

fn placeholder(inside: &str) -> Result<Piece, String> {
    if let Some(pattern) = inside.strip_prefix("send_time:") {
        return moment(pattern, true).map(|tokens| Piece::Moment(NamePart::SendTime, tokens));
    }
    if inside.starts_with(['Y', 'M', 'D']) {
        return moment(inside, false).map(|tokens| Piece::Moment(NamePart::Day, tokens));
    }
    let part = NamePart::ALL
        .into_iter()
        .find(|part| !matches!(part, NamePart::Day | NamePart::SendTime) && part.word() == inside);
    part.map(Piece::Part).ok_or_else(|| {
        let known: Vec<String> = NamePart::ALL.into_iter().map(NamePart::shown).collect();
        format!("has a part `{{{}}}`, which is not known; known: {}", inside.escape_debug(), known.join(", "))
    })
}

/// `YYYY-MM-DD`: every token at most once, a day whole.
fn moment(pattern: &str, timed: bool) -> Result<Vec<Token>, String> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let known = TOKENS.iter().find(|(word, token)| {
            rest.starts_with(word) && (timed || matches!(token, Token::Year | Token::Month | Token::Day))
        });
        let (token, length) = match known {
            Some((word, token)) => (*token, word.len()),
            None if matches!(first, '-' | '_' | 'T') => (Token::Between(first), 1),
            None => {
                let words = if timed { "YYYY, MM, DD, hh, mm and ss" } else { "YYYY, MM and DD" };
                return Err(format!(
                    "has the date `{{{pattern}}}`, which is not made of {words} with `-`, `_` or `T` between them"
                ));
            }
        };
        if tokens.contains(&token) && !matches!(token, Token::Between(_)) {
            return Err(format!("has the date `{{{pattern}}}`, which says the same thing twice"));
        }
        tokens.push(token);
        rest = rest.get(length..).unwrap_or_default();
    }
    let whole = [Token::Year, Token::Month, Token::Day].iter().all(|token| tokens.contains(token));
    if whole { Ok(tokens) } else { Err(format!("has the date `{{{pattern}}}`, which lacks YYYY, MM or DD")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> NameValues<'static> {
        NameValues {
            universe: "demo",
            scope: "cardcode",
            subsection: "members",
            database: "77",
            delivery: "1234",
            day: NaiveDate::from_ymd_opt(2026, 1, 15).unwrap(),
            send_time: NaiveDate::from_ymd_opt(2026, 2, 3).unwrap().and_hms_opt(8, 5, 0).unwrap(),
        }
    }

    #[test]
    fn templates_make_names_and_read_them_back() {
        for (template, name) in [
            ("{universe}_{scope}_{subsection}_{YYYYMMDD}.csv", "demo_cardcode_members_20260115.csv"),
            ("recipients.txt", "recipients.txt"),
            ("welcomemailSE.csv", "welcomemailSE.csv"),
            ("profiles_{YYYYMMDD}.csv.gz", "profiles_20260115.csv.gz"),
            ("{DD-MM-YYYY} profiles.csv", "15-01-2026 profiles.csv"),
            ("{delivery};{database};{send_time:YYYY-MM-DDThhmm}.txt", "1234;77;2026-02-03T0805.txt"),
        ] {
            let parsed = NameTemplate::parse(template).unwrap();
            assert_eq!(parsed.render(&values()).unwrap(), name, "{template}");
            let read = parsed.read(name, &values()).unwrap();
            assert_eq!(read.day, parsed.holds(NamePart::Day).then_some(values().day), "{template}");
            let send_time = parsed.holds(NamePart::SendTime).then_some(values().send_time);
            assert_eq!(read.send_time, send_time, "{template}");
        }
    }

    #[test]
    fn the_default_grammar_is_what_its_text_says() {
        let default = NameTemplate::default_grammar();
        assert_eq!(NameTemplate::parse(default.text()).unwrap(), default);
    }

    #[test]
    fn names_that_a_template_does_not_make_are_not_read() {
        for (template, name) in [
            ("recipients.txt", "recipientsXtxt"),
            ("recipients.txt", "recipients.txt.part"),
            ("profiles_{YYYYMMDD}.csv", "profiles_20260230.csv"),
            ("profiles_{YYYYMMDD}.csv", "profiles_2026011.csv"),
            ("profiles_{YYYYMMDD}.csv", "profiles_２０２６0115.csv"),
            ("{universe}_{subsection}.csv", "other_members.csv"),
            ("{universe}_{subsection}.csv", "demo_a/b.csv"),
        ] {
            assert_eq!(
                NameTemplate::parse(template).unwrap().read(name, &values()),
                None,
                "{template} {name}"
            );
        }
    }

    #[test]
    fn what_no_name_can_be_made_of_is_refused() {
        for (template, why) in [
            ("", "is empty: a file needs a name"),
            ("a/b.csv", "holds `/`, which no outbound name may have"),
            ("a\\b.csv", "holds `\\\\`, which no outbound name may have"),
            ("*.csv", "holds `*`, which no outbound name may have"),
            ("é.csv", "holds `é`, which no outbound name may have"),
            ("a\u{202e}.csv", "holds `\\u{202e}`, which no outbound name may have"),
            ("a}.csv", "holds `}`, which no outbound name may have"),
            (".hidden", "begins with `.`, `-` or a blank: such files are hidden, or taken for an option"),
            ("profiles.", "ends with `.` or a blank, which some systems cut off"),
            ("{universe.csv", "has a { that no } closes, at `{universe.csv`"),
            ("{YYYYMM}.csv", "has the date `{YYYYMM}`, which lacks YYYY, MM or DD"),
            ("{YYYYMMDDDD}.csv", "has the date `{YYYYMMDDDD}`, which says the same thing twice"),
            (
                "{YYYYMMDDhh}.csv",
                "has the date `{YYYYMMDDhh}`, which is not made of YYYY, MM and DD with `-`, `_` or `T` between them",
            ),
            (
                "{list}.csv",
                "has a part `{list}`, which is not known; known: {universe}, {scope}, {subsection}, {database}, {delivery}, {YYYYMMDD}, {send_time:YYYYMMDDhhmm}",
            ),
        ] {
            assert_eq!(NameTemplate::parse(template), Err(why.to_owned()), "{template}");
        }
    }

    #[test]
    fn a_part_that_breaks_its_grammar_makes_no_name() {
        let template = NameTemplate::parse("{universe}_{YYYYMMDD}.csv").unwrap();
        for universe in ["../x", "", "a_b", "Demo"] {
            let result = template.render(&NameValues { universe, ..values() });
            assert!(matches!(result, Err(RenderError::Part { .. })), "{universe}: {result:?}");
        }
        let long = "a".repeat(250);
        let result = template.render(&NameValues { universe: &long, ..values() });
        assert_eq!(result, Err(RenderError::Long(263)));
    }
}
