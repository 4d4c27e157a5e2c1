//! The calendar of `passeur status`: expected against received, a line a route, a mark a day.

use std::io::{self, Write};

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use serde_json::{Value, json};

use super::show::Printer;
use crate::config::day_name;
use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::pipeline::expect::calendar::{Calendar, DayMark, Mark};
use crate::pipeline::expect::{Unmet, in_words};
use crate::pipeline::summary::of_unmet;
use crate::review::terminal::{DIM, PLAIN, RED, Style, YELLOW};

/// Days shown.
pub(super) const DAYS: u64 = 14;

const GREEN: &str = "\x1b[32m";

/// Prints the calendars of all routes under one head, and what their marks mean. Nothing, if no route expects anything.
pub(super) fn print<W: Write>(
    calendars: &[Calendar],
    style: Style,
    printer: &mut Printer<W>,
) -> io::Result<()> {
    let Some(days) = calendars.first().map(|calendar| &calendar.days) else { return Ok(()) };
    let texts = printer.texts;
    if let Some(today) = days.last() {
        printer.say(0, "calendar-title", &date_args(today.day, texts))?;
    }
    let names: Vec<String> = calendars.iter().map(|calendar| visible(&calendar.route).into_owned()).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let blank = " ".repeat(width);
    let head = |text: &dyn Fn(&DayMark) -> String| {
        days.iter().map(|day| format!(" {:>2}", text(day))).collect::<String>()
    };
    let weekday =
        |day: &DayMark| texts.say(&format!("weekday-short-{}", day.day.weekday().number_from_monday()), &[]);
    writeln!(printer.out, "  {blank}{}", paint(style, DIM, &head(&weekday)))?;
    writeln!(printer.out, "  {blank}{}", paint(style, DIM, &head(&|day| day.day.day().to_string())))?;
    for (calendar, name) in calendars.iter().zip(names) {
        let pad = " ".repeat(width - name.chars().count());
        write!(printer.out, "  {name}{pad}")?;
        for day in &calendar.days {
            write!(printer.out, "  {}", paint(style, colour(day.mark), &day.mark.sign().to_string()))?;
        }
        if let Some(due) = calendar.due {
            let day = |day: Weekday| texts.say(&format!("weekday-short-{}", day.number_from_monday()), &[]);
            let args = [("terms", in_words(due, &day).into())];
            write!(printer.out, "  {}", paint(style, DIM, &texts.say("calendar-expected", &args)))?;
        }
        writeln!(printer.out)?;
    }
    let used =
        |mark: &&Mark| calendars.iter().any(|calendar| calendar.days.iter().any(|day| day.mark == **mark));
    let legend: Vec<String> = Mark::ALL
        .iter()
        .filter(used)
        .map(|mark| {
            let meaning = texts.say(&format!("calendar-{}", mark.word()), &[]);
            format!("{} {meaning}", paint(style, colour(*mark), &mark.sign().to_string()))
        })
        .collect();
    writeln!(printer.out, "  {}", legend.join("   "))
}

/// The arguments of a sentence with a date in it.
fn date_args(day: NaiveDate, texts: Texts) -> [(&'static str, crate::finding::Arg); 4] {
    [
        ("weekday", texts.say(&format!("weekday-{}", day.weekday().number_from_monday()), &[]).into()),
        ("day", u64::from(day.day()).into()),
        ("month", texts.say(&format!("month-{}", day.month()), &[]).into()),
        ("year", day.format("%Y").to_string().into()),
    ]
}

fn colour(mark: Mark) -> &'static str {
    match mark {
        Mark::InTime => GREEN,
        Mark::Late => YELLOW,
        Mark::Missing | Mark::Outside | Mark::Empty => RED,
        Mark::Awaited | Mark::NotExpected => DIM,
    }
}

fn paint(style: Style, colour: &str, text: &str) -> String {
    if style.colour { format!("{colour}{text}{PLAIN}") } else { text.to_owned() }
}

/// The calendars for programs.
pub(super) fn as_json(calendars: &[Calendar]) -> Value {
    let moment = |moment: DateTime<Utc>| moment.to_rfc3339();
    let day = |day: &DayMark| {
        json!({
            "day": day.day.to_string(), "state": day.mark.word(), "rows": day.rows, "came": day.came.map(moment),
        })
    };
    let calendar = |calendar: &Calendar| {
        json!({
            "route": calendar.route, "by": calendar.due.map(|due| in_words(due, &day_name)),
            "days": calendar.days.iter().map(day).collect::<Vec<_>>(),
        })
    };
    json!(calendars.iter().map(calendar).collect::<Vec<_>>())
}

/// What routes expect and have not received, for programs.
pub(super) fn unmet_json(unmet: &[Unmet], texts: Texts) -> Value {
    json!(unmet.iter().map(|unmet| of_unmet(unmet, texts)).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use chrono::WeekdaySet;

    use super::*;
    use crate::config::Due;
    use crate::finding::Language;

    fn calendars() -> Vec<Calendar> {
        let first: NaiveDate = "2028-02-23".parse().unwrap();
        let of = |route: &str, due: Option<Due>, signs: &str| Calendar {
            route: route.into(),
            due,
            days: first
                .iter_days()
                .zip(signs.chars())
                .map(|(day, sign)| {
                    let mark = Mark::ALL.into_iter().find(|mark| mark.sign() == sign).unwrap();
                    DayMark { day, mark, came: None, rows: None }
                })
                .collect(),
        };
        let days = WeekdaySet::single(Weekday::Sun);
        let due = Due { by: "02:00".parse().ok(), days: WeekdaySet::ALL.difference(days) };
        vec![of("cards", Some(due), "✓✓✓✓·✗!✓+✓0·✓?"), of("contacts-é", None, "··✓····✓······")]
    }

    fn printed(language: Language, colour: bool) -> String {
        let mut out = Vec::new();
        let style = Style { colour, width: 100, at_most: None };
        let mut printer = Printer { out: &mut out, texts: Texts::new(language) };
        print(&calendars(), style, &mut printer).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_line_a_route_and_a_mark_a_day() {
        insta::assert_snapshot!(printed(Language::En, false), @r"
    Expected and received, up to Tuesday 7 March 2028
                 We Th Fr Sa Su Mo Tu We Th Fr Sa Su Mo Tu
                 23 24 25 26 27 28 29  1  2  3  4  5  6  7
      cards       ✓  ✓  ✓  ✓  ·  ✗  !  ✓  +  ✓  0  ·  ✓  ?  by 02:00 Mo-Sa
      contacts-é  ·  ·  ✓  ·  ·  ·  ·  ✓  ·  ·  ·  ·  ·  ·
      ✓ in time   + late   ✗ missing   ! not as many rows as expected   0 empty   ? still to come   · none expected
    ");
        insta::assert_snapshot!(printed(Language::Fr, false), @r"
    Attendu et reçu, jusqu’au mardi 7 mars 2028
                 me je ve sa di lu ma me je ve sa di lu ma
                 23 24 25 26 27 28 29  1  2  3  4  5  6  7
      cards       ✓  ✓  ✓  ✓  ·  ✗  !  ✓  +  ✓  0  ·  ✓  ?  avant 02:00 lu-sa
      contacts-é  ·  ·  ✓  ·  ·  ·  ·  ✓  ·  ·  ·  ·  ·  ·
      ✓ à temps   + en retard   ✗ manquant   ! pas autant de lignes que prévu   0 vide   ? encore attendu   · aucun prévu
    ");
    }

    #[test]
    fn what_is_wrong_is_red() {
        let text = printed(Language::En, true);
        assert!(text.contains("\x1b[32m✓\x1b[0m") && text.contains("\x1b[1;31m✗\x1b[0m"), "{text}");
    }

    #[test]
    fn nothing_is_printed_where_nothing_is_expected() {
        let mut out = Vec::new();
        let style = Style { colour: false, width: 100, at_most: None };
        let mut printer = Printer { out: &mut out, texts: Texts::new(Language::En) };
        print(&[], style, &mut printer).unwrap();
        assert!(out.is_empty());
    }
}
