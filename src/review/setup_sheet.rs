//! The setup sheet of a route: what the partner has to configure so that the files of this route are taken. All of it comes from the route and
//! from the schema that its files are written by; a sheet promises nothing that passeur does not do.

use std::fmt::Write;

use crate::config::name::{NamePart, NameTemplate, NameValues};
use crate::config::{DestinationConfig, DestinationKind, RouteConfig, Send, SetConfig};
use crate::finding::text::Texts;
use crate::schema::{Field, FieldType, LineEnd, Quoting, Repertoire, Schema, StringFormat, Zone};

/// What a sheet is made from.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// The route.
    pub route: &'a RouteConfig,
    /// The schema of its files, without the columns that it leaves out.
    pub schema: &'a Schema,
    /// Where they go.
    pub destination: Option<&'a DestinationConfig>,
    /// The template of their names.
    pub name: &'a NameTemplate,
    /// The zone of date-times in them.
    pub zone: Zone,
    /// The set whose archive they go inside.
    pub set: Option<&'a SetConfig>,
}

impl Sheet<'_> {
    /// The sheet, in the language of `texts`.
    pub fn text(self, texts: Texts) -> String {
        let mut out = String::new();
        let title = self.schema.title.as_deref().unwrap_or(&self.schema.name);
        line(
            &mut out,
            &texts.say("sheet-title", &[("route", self.route.name.as_str().into()), ("title", title.into())]),
        );
        line(&mut out, "");
        let rows = self.rows(texts);
        let width = rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
        for (label, value) in rows {
            let gap = " ".repeat(width - label.chars().count());
            line(&mut out, &format!("{label}{gap}  {value}"));
        }
        line(&mut out, "");
        line(&mut out, &texts.say("sheet-columns", &[]));
        for (number, field) in self.schema.fields.iter().enumerate() {
            line(
                &mut out,
                &format!("{:>4}  {}  {}", number + 1, field.name, self.column(number, field, texts)),
            );
        }
        out
    }

    /// Label and value of everything but the columns.
    fn rows(self, texts: Texts) -> Vec<(String, String)> {
        let (route, schema, rules) = (self.route, self.schema, &self.schema.rules);
        let say = |key: &str| texts.say(key, &[]);
        let mut rows = vec![(
            say("sheet-schema"),
            format!("{} {}", schema.name, schema.version.as_deref().unwrap_or("")),
        )];
        if let Some(destination) = self.destination {
            rows.push((say("sheet-folder"), place(destination)));
        }
        if let Some(entity) = &route.naming.entity {
            rows.push((say("sheet-entity"), entity.clone()));
        }
        rows.extend(self.names(texts).into_iter().map(|name| (say("sheet-name"), name)));
        if let Some(packaging) = route.packaging {
            let inner = match packaging {
                crate::config::Packaging::Gzip => String::new(),
                crate::config::Packaging::Zip => {
                    let inner = self.pattern(route.subsections.first().map_or("", String::as_str));
                    texts.say(
                        "sheet-inner",
                        &[("name", crate::outbound::packaging::inner_name(&inner).into())],
                    )
                }
            };
            rows.push((say("sheet-packaging"), format!("{}{inner}", packaging.word())));
        }
        if let Some((set, archive)) = self.set.and_then(|set| Some((set, set.archive.as_ref()?))) {
            let others = set.routes.iter().map(|member| member.route.as_str());
            let others: Vec<&str> = others.filter(|other| *other != route.name).collect();
            let archive = self.with_day(archive.shown(&NameValues::default()));
            let args = [
                ("name", archive.into()),
                ("routes", others.join(", ").into()),
                ("others", others.len().into()),
            ];
            rows.push((say("sheet-packaging"), texts.say("sheet-archive", &args)));
        }
        // Where the platform knows required files and optional ones.
        if let Some(set) = self.set.filter(|_| rules.name_day_of_pickup) {
            let required = set.routes.iter().any(|member| member.route == route.name && member.required);
            rows.push((
                say("sheet-in-set"),
                say(if required { "sheet-must-come" } else { "sheet-may-lack" }),
            ));
        }
        if rules.name_day_of_pickup {
            let days = route.naming.days_ahead.unwrap_or(0);
            rows.push((say("sheet-day"), texts.say("sheet-day-pickup", &[("days", u64::from(days).into())])));
        }
        let header = if schema.dialect.no_header { "sheet-no" } else { "sheet-header-first" };
        rows.push((say("sheet-header"), say(header)));
        rows.push((say("sheet-delimiter"), delimiter(schema.dialect.delimiter.unwrap_or(b','), texts)));
        rows.push((say("sheet-quoting"), self.quoting(texts)));
        let line_end = match schema.dialect.line_terminator.unwrap_or_default() {
            LineEnd::Lf => "LF",
            LineEnd::CrLf => "CR LF",
        };
        rows.push((say("sheet-line-end"), line_end.to_owned()));
        let encoding = Repertoire::of(schema).name();
        let mark = say(if rules.bom { "sheet-with-mark" } else { "sheet-without-mark" });
        rows.push((say("sheet-encoding"), format!("{encoding}, {mark}")));
        if let Some(limit) = rules.max_rows {
            rows.push((say("sheet-rows"), limit.to_string()));
        }
        if let Some(limit) = rules.max_bytes {
            rows.push((say("sheet-bytes"), limit.to_string()));
        }
        let key: Vec<&str> = schema
            .primary_key
            .iter()
            .filter_map(|place| schema.fields.get(*place))
            .map(|field| &*field.name)
            .collect();
        if !key.is_empty() {
            rows.push((say("sheet-key"), key.join(", ")));
        }
        if let Some(mode) = route.mode {
            rows.push((say("sheet-mode"), say(&format!("sheet-mode-{}", mode.word()))));
        }
        let sent = match route.send {
            Send::All => "sheet-send-all",
            Send::New => "sheet-send-new",
            Send::Changed => "sheet-send-changed",
            Send::Updated => "sheet-send-updated",
        };
        rows.push((say("sheet-send"), say(sent)));
        if schema.fields.iter().any(|field| matches!(field.kind, FieldType::DateTime(_))) {
            rows.push((say("sheet-zone"), shown(self.zone)));
        }
        rows
    }

    /// One name a subsection.
    fn names(self, texts: Texts) -> Vec<String> {
        if !self.name.holds(NamePart::Subsection) {
            let mut name = self.pattern("");
            if self.name.holds(NamePart::SendTime) {
                name += &texts.say(
                    "sheet-send-time",
                    &[("zone", self.route.naming.send_time_zone.map(shown).unwrap_or_default().into())],
                );
            }
            return vec![name];
        }
        self.route.subsections.iter().map(|subsection| self.pattern(subsection)).collect()
    }

    /// A name with the date as the platform writes it.
    fn pattern(self, subsection: &str) -> String {
        let values = NameValues { ..crate::config::naming::values(self.route, self.schema, subsection) };
        self.with_day(self.name.shown(&values))
    }

    fn with_day(self, shown: String) -> String {
        // Actito's own placeholder; the only one that its pages show.
        if self.schema.rules.name_day_of_pickup { shown.replace("YYYYMMDD", "$yyyyMMdd") } else { shown }
    }

    fn quoting(self, texts: Texts) -> String {
        let quote = char::from(self.schema.dialect.quote_char.unwrap_or(b'"'));
        let key = match self.schema.rules.quoting {
            Quoting::Never => "sheet-quoting-never",
            Quoting::Necessary => "sheet-quoting-necessary",
            Quoting::Always => "sheet-quoting-always",
            Quoting::NonEmpty => "sheet-quoting-non-empty",
        };
        texts.say(key, &[("quote", quote.to_string().into())])
    }

    fn column(self, place: usize, field: &Field, texts: Texts) -> String {
        let mut words = vec![kind(field, texts)];
        if let Some(limit) = field.constraints.max_length {
            words.push(texts.say("sheet-most", &[("limit", (limit as u64).into())]));
        }
        if let Some(allowed) = &field.constraints.allowed {
            words.push(texts.say("sheet-one-of", &[("allowed", allowed.texts.join(", ").into())]));
        }
        if field.constraints.required {
            words.push(texts.say("sheet-required", &[]));
        }
        if self.schema.unique_keys.iter().any(|key| key.as_slice() == [place]) {
            words.push(texts.say("sheet-unique", &[]));
        }
        if let Some(example) = &field.example {
            words.push(texts.say("sheet-example", &[("example", example.as_str().into())]));
        }
        words.join(" · ")
    }
}

fn line(out: &mut String, text: &str) {
    // Writing to a String does not fail.
    let _ = writeln!(out, "{text}");
}

fn place(destination: &DestinationConfig) -> String {
    match &destination.kind {
        DestinationKind::Folder { path } => path.display().to_string(),
        DestinationKind::Sftp(sftp) => {
            format!("sftp://{}@{}:{}/{}", sftp.user, sftp.host, sftp.port, sftp.folder)
        }
    }
}

fn shown(zone: Zone) -> String {
    match zone {
        Zone::Named(zone) => zone.name().to_owned(),
        Zone::Fixed(offset) => offset.to_string(),
    }
}

fn delimiter(byte: u8, texts: Texts) -> String {
    match byte {
        b'\t' => texts.say("sheet-tab", &[]),
        byte => char::from(byte).to_string(),
    }
}

fn kind(field: &Field, texts: Texts) -> String {
    let key = match &field.kind {
        FieldType::Date(patterns) | FieldType::Time(patterns) | FieldType::DateTime(patterns) => {
            return patterns.first().map(|pattern| texts.date_letters(pattern.shown())).unwrap_or_default();
        }
        FieldType::String(StringFormat::Email) => "sheet-type-email",
        FieldType::String(_) | FieldType::Any => "sheet-type-text",
        FieldType::Integer(_) => "sheet-type-integer",
        FieldType::Number(_) => "sheet-type-number",
        FieldType::Boolean(_) => "sheet-type-boolean",
        FieldType::Year => "sheet-type-year",
        FieldType::YearMonth => "sheet-type-month",
        FieldType::List(_) => "sheet-type-list",
    };
    texts.say(key, &[])
}
