//! `passeur schedule`

use std::io::{self, BufWriter, Write};

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use clap::Args;

use super::show::Printer;
use super::{Exit, ProjectArgs, load, moment};
use crate::config::day_name;
use crate::finding::Language;
use crate::finding::text::Texts;
use crate::intake::deadline::Deadlines;
use crate::intake::schedule::next;
use crate::pipeline::expect::in_words;

/// Times shown.
const TIMES: usize = 5;

/// Arguments of `schedule`.
#[derive(Debug, Args)]
pub(super) struct ScheduleArgs {
    #[command(flatten)]
    project: ProjectArgs,

    /// Count from this moment, e.g. 2026-11-15T02:00:00-05:00
    #[arg(long, value_name = "TIME", value_parser = moment)]
    now: Option<DateTime<Utc>>,
}

pub(super) fn schedule(args: &ScheduleArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let project = load(&args.project, language)?;
    let now = args.now.unwrap_or_else(Utc::now);
    let zone = project.config.time_zone;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut printer = Printer { out: &mut out, texts: Texts::new(project.config.language) };
    let schedule = &project.config.schedule;
    for (key, cron) in [("schedule-collect", &schedule.collect), ("schedule-deliver", &schedule.deliver)] {
        let Some(cron) = cron else {
            printer.say(0, &format!("{key}-always"), &[])?;
            continue;
        };
        printer.say(0, key, &[("expression", cron.as_str().into()), ("zone", zone.name().into())])?;
        for time in next(cron, zone, now, TIMES) {
            say_time(&mut printer, &time)?;
        }
    }
    for route in &project.routes {
        let name = ("route", route.config.name.as_str().into());
        let zone_name = ("zone", zone.name().into());
        if let Some(cron) = &route.config.deliver {
            let expression = ("expression", cron.as_str().into());
            printer.say(0, "schedule-deliver-route", &[name.clone(), expression, zone_name.clone()])?;
            for time in next(cron, zone, now, TIMES) {
                say_time(&mut printer, &time)?;
            }
        }
        if let Some(due) = route.config.expect.as_ref().and_then(|expect| expect.due) {
            printer.say(
                0,
                "schedule-expect",
                &[name, ("expression", in_words(due, &day_name).into()), zone_name],
            )?;
            let deadlines = Deadlines::new(due, zone);
            let first = deadlines.next(now);
            for time in std::iter::successors(Some(first), |time| Some(deadlines.next(*time))).take(TIMES) {
                say_time(&mut printer, &time.with_timezone(&zone))?;
            }
        }
    }
    out.flush()?;
    Ok(Exit::Success)
}

fn say_time<W: Write>(printer: &mut Printer<W>, time: &DateTime<Tz>) -> io::Result<()> {
    let texts = printer.texts;
    let weekday = texts.say(&format!("weekday-{}", time.weekday().number_from_monday()), &[]);
    let month = texts.say(&format!("month-{}", time.month()), &[]);
    let args = [
        ("weekday", weekday.into()),
        ("day", u64::from(time.day()).into()),
        ("month", month.into()),
        ("year", time.format("%Y").to_string().into()),
        ("time", time.format("%H:%M").to_string().into()),
        ("offset", time.format("UTC%:z").to_string().into()),
    ];
    printer.say(1, "schedule-time", &args)
}
