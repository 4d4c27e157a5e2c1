//! What a schema demands of the routes that write it: a mode, changes alone, a confirmation, one file.

use super::super::name::NamePart;
use super::super::naming::template;
use super::super::problem::Problem;
use super::super::source::Step::{Index, Key};
use super::super::source::shown;
use super::super::{DestinationKind, Mode, Packaging, RouteConfig, Send};
use super::Check;
use crate::schema::Schema;

impl Check<'_> {
    /// Everything that the schema of the file says about the route.
    pub(super) fn ways(&mut self, index: usize, route: &RouteConfig, to: &Schema) {
        self.mode(index, route, to);
        self.what_is_sent(index, route, to);
        self.packaging(index, route, to);
        self.host(index, route, to);
        for (target, column) in &route.columns {
            if column.calling_code.is_some() && column.phone.is_none() {
                let message =
                    format!("`calling_code` of column `{}` is for telephone numbers", shown(target));
                let problem =
                    self.at_column(index, target, message).note("write phone = \"+\" or phone = \"00\" too");
                self.push(problem);
            }
        }
        for group in &to.rules.any_of {
            if !group.iter().any(|name| route.columns.iter().any(|(target, _)| target == name)) {
                let message = format!(
                    "one of the columns {} of `{}` must hold a value, and route `{}` fills none",
                    group.join(", "),
                    to.name,
                    shown(&route.name)
                );
                let problem = self.at(index, &["columns"], message);
                self.push(problem);
            }
        }
        if let Some(setting) = &to.rules.confirm
            && !route.settings.contains(setting)
        {
            let about = to.rules.settings.iter().find(|known| known.name == *setting);
            let mut problem = self
                .at(index, &["to"], format!("`{}` is written only by a route that confirms it", to.name))
                .note(format!("write settings = [\"{setting}\"] in route `{}`", shown(&route.name)));
            if let Some(about) = about {
                problem = problem.note(format!("it means: {}", about.description));
            }
            self.push(problem);
        }
    }

    fn mode(&mut self, index: usize, route: &RouteConfig, to: &Schema) {
        let known = &to.rules.modes;
        let words: Vec<&str> = known.iter().map(|mode| mode.word()).collect();
        let problem = match route.mode {
            None if known.is_empty() => return,
            None => self
                .at(index, &[], format!("`mode` is missing in route `{}`", shown(&route.name)))
                .note(format!("as it is set at the platform: {}", words.join(", ")))
                .note("replace turns everybody inactive who is not in the file"),
            Some(_) if known.is_empty() => self
                .at(
                    index,
                    &["mode"],
                    format!("`{}` knows one way to be taken, so `mode` does nothing", to.name),
                )
                .note("leave it out"),
            Some(mode) if !known.contains(&mode) => self
                .at(index, &["mode"], format!("`{}` cannot be taken by `{}`", to.name, mode.word()))
                .note(format!("it can by: {}", words.join(", "))),
            Some(Mode::Replace) => {
                self.replace(index, route, to);
                return;
            }
            Some(_) => return,
        };
        self.push(problem);
    }

    /// Whoever is not in a file that replaces a list turns inactive: it is whole, and alone.
    fn replace(&mut self, index: usize, route: &RouteConfig, to: &Schema) {
        if route.send != Send::All {
            let problem = self
                .at(
                    index,
                    &["send"],
                    "`mode = \"replace\"` wants every row: whoever is not in the file turns inactive",
                )
                .note("write send = \"all\", or leave it out; or mode = \"add\"");
            self.push(problem);
        }
        let several = template(route, to).is_some_and(|template| template.holds(NamePart::Subsection));
        if several && route.subsections.len() > 1 {
            let problem = self
                .at(
                    index,
                    &["subsections"],
                    "`mode = \"replace\"` writes one file: a second one would replace the first",
                )
                .note("name one subsection");
            self.push(problem);
        }
    }

    fn what_is_sent(&mut self, index: usize, route: &RouteConfig, to: &Schema) {
        let allowed = &to.rules.send;
        if allowed.is_empty() {
            if route.initial {
                let message = format!("`{}` takes any rows, so `initial` does nothing", to.name);
                let problem = self.at(index, &["initial"], message).note("leave it out");
                self.push(problem);
            }
            return;
        }
        // What doubles when it comes twice can have no second first load.
        let once = *allowed == [Send::New];
        let fits = allowed.contains(&route.send);
        if if once { fits && !route.initial } else { fits || route.initial } {
            return;
        }
        let words: Vec<String> = allowed.iter().map(|send| format!("send = \"{}\"", send.word())).collect();
        let why = if once {
            format!("`{}` doubles what is sent twice", to.name)
        } else {
            format!("`{}` takes changes alone", to.name)
        };
        let key = if once && route.initial { "initial" } else { "send" };
        let mut problem = self.at(index, &[key], why).note(format!("write {}", words.join(" or ")));
        if !once {
            problem = problem.note("for a first load, write initial = true, and take it away afterwards");
        }
        self.push(problem);
    }

    /// The platform's own server may take no SFTP.
    fn host(&mut self, index: usize, route: &RouteConfig, to: &Schema) {
        let destination =
            self.config.destinations.get(&route.destination).map(|destination| &destination.kind);
        let Some(DestinationKind::Sftp(sftp)) = destination else { return };
        let host = sftp.host.trim_end_matches('.').to_ascii_lowercase();
        let below = |known: &&String| host == **known || host.ends_with(&format!(".{known}"));
        if let Some(known) = to.rules.refused_hosts.iter().find(below) {
            let message =
                format!("{} takes no SFTP, and files of `{}` would go there", shown(&sftp.host), to.name);
            let problem = self
                .at(index, &["destination"], message)
                .note(format!(
                    "what the platform hosts itself ({known}) takes FTPS alone, which passeur does not speak"
                ))
                .note("name an SFTP server of yours, from which the platform fetches");
            self.push(problem);
        }
    }

    /// The files of a set that goes inside one archive may be packed so.
    pub(super) fn archives(&mut self) {
        let config = self.config;
        for (index, set) in config.sets.iter().enumerate().filter(|(_, set)| set.archive.is_some()) {
            for (place, member) in set.routes.iter().enumerate() {
                let route = config.routes.iter().find(|route| route.name == member.route);
                let Some(Ok(to)) = route.map(|route| (self.known.schema)(&route.to)) else { continue };
                if to.rules.packaging.contains(&Packaging::Zip) {
                    continue;
                }
                let steps = [Key("sets"), Index(index), Key("routes"), Index(place)];
                let message = format!("files of `{}` are not packed by zip", to.name);
                let at = config.source.locate(&steps);
                let problem = Problem::new(&config.source, &at, message)
                    .note("no source says that the platform takes them inside an archive");
                self.push(problem);
            }
        }
    }

    fn packaging(&mut self, index: usize, route: &RouteConfig, to: &Schema) {
        let Some(packaging) = route.packaging else { return };
        if to.rules.packaging.contains(&packaging) {
            return;
        }
        let known: Vec<&str> = to.rules.packaging.iter().copied().map(Packaging::word).collect();
        let message = format!("files of `{}` are not packed by `{}`", to.name, packaging.word());
        let mut problem = self.at(index, &["packaging"], message);
        problem = problem.note(if known.is_empty() {
            "no source says that the platform takes packed files: leave it out".to_owned()
        } else {
            format!("it takes: {}", known.join(", "))
        });
        self.push(problem);
    }
}
