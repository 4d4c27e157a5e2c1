use super::*;
use crate::finding::{Finding, Language, Reason};
use crate::review::samples::{cell, row};

fn style() -> Style {
    Style { colour: false, width: 80, at_most: None }
}

/// One finding, printed; `[` and `]` in the row mark the cell.
fn printed(language: Language, style: Style, finding: &Finding, marked: &str) -> String {
    let cell = marked.find('[').zip(marked.find(']')).map(|(start, end)| start..end - 1);
    let text =
        if cell.is_some() { marked.replacen('[', "", 1).replacen(']', "", 1) } else { marked.to_owned() };
    let mut terminal = Terminal::new(Vec::new(), Texts::new(language), style);
    terminal.finding("in/members.csv", finding, Some(RowText { text: &text, cell })).unwrap();
    String::from_utf8(terminal.finish().unwrap()).unwrap()
}

/// The row and the marks below it.
fn shown(style: Style, marked: &str) -> String {
    let text = printed(Language::En, style, &row(Reason::RowBlank, 7, vec![]), marked);
    text.lines().filter(|line| line.contains('│')).collect::<Vec<_>>().join("\n")
}

fn wrong_date() -> Finding {
    cell(
        Reason::NotDate,
        3,
        "Start date",
        "2026-2-3",
        vec![("pattern", "%d/%m/%Y".into()), ("example", "21/11/2026".into())],
    )
}

#[test]
fn a_finding_in_english() {
    insta::assert_snapshot!(printed(Language::En, style(), &wrong_date(), "AM-1;Zoé;[2026-2-3];x"), @r##"
    in/members.csv:3 [type-error] Wrong type
      3 │ AM-1;Zoé;2026-2-3;x
        │          ^^^^^^^^
      Column “Start date”: “2026-2-3” is not a date written DD/MM/YYYY, like 21/11/2026.
      → hint: Write the date as DD/MM/YYYY; in a spreadsheet, change the format of the whole column.
    "##);
}

#[test]
fn a_finding_in_french() {
    insta::assert_snapshot!(printed(Language::Fr, style(), &wrong_date(), "AM-1;Zoé;[2026-2-3];x"), @r##"
    in/members.csv:3 [type-error] Mauvais type
      3 │ AM-1;Zoé;2026-2-3;x
        │          ^^^^^^^^
      Colonne « Start date » : « 2026-2-3 » n’est pas une date écrite JJ/MM/AAAA, comme 21/11/2026.
      → conseil : Écrivez la date sous la forme JJ/MM/AAAA ; dans un tableur, changez le format de toute la colonne.
    "##);
}

#[test]
fn a_finding_in_colours_is_not_underlined() {
    let style = Style { colour: true, ..style() };
    insta::assert_snapshot!(printed(Language::En, style, &wrong_date(), "AM-1;Zoé;[2026-2-3];x").replace('\x1b', "ESC"), @r##"
    ESC[1min/members.csv:3ESC[0m ESC[1;31m[type-error]ESC[0m Wrong type
    ESC[2m  3 │ ESC[0mAM-1;Zoé;ESC[1;4;31m2026-2-3ESC[0m;x
      Column “Start date”: “2026-2-3” is not a date written DD/MM/YYYY, like 21/11/2026.
    ESC[2m  → hint: Write the date as DD/MM/YYYY; in a spreadsheet, change the format of the whole column.ESC[0m
    "##);
}

#[test]
fn a_warning_says_that_it_is_one() {
    let mut finding = cell(Reason::ValueDropped, 3, "Phone", "x", vec![("why", "not-integer".into())]);
    finding.severity = Severity::Warning;
    insta::assert_snapshot!(printed(Language::Fr, style(), &finding, "1;[x]"), @r##"
    in/members.csv:3 [avertissement, constraint-error] Règle non respectée
      3 │ 1;x
        │   ^
      La valeur a été laissée de côté, la ligne a été gardée. Colonne « Phone » : « x » n’est pas un nombre entier.
      → conseil : Il n’y a rien à faire ; corrigez la valeur à la source pour qu’elle soit envoyée.
    "##);
}

#[test]
fn a_finding_about_the_file_has_no_row() {
    let mut terminal = Terminal::new(Vec::new(), Texts::new(Language::En), style());
    terminal.finding("empty.csv", &Finding::of_file(Reason::EmptyFile, vec![]), None).unwrap();
    insta::assert_snapshot!(String::from_utf8(terminal.finish().unwrap()).unwrap(), @r##"
    empty.csv [source-error] File cannot be used
      The file is empty.
      → hint: Export it again; the export was probably interrupted.
    "##);
}

#[test]
fn an_empty_cell_is_marked_where_it_should_be() {
    assert_eq!(shown(style(), "a;[];c"), "  7 │ a;;c\n    │   ^");
    let colour = Style { colour: true, ..style() };
    assert!(shown(colour, "a;[];c").contains('^'));
}

#[test]
fn a_row_without_a_cell_has_no_marks() {
    assert_eq!(shown(style(), "a;b;c"), "  7 │ a;b;c");
}

#[test]
fn a_span_outside_the_row_is_no_mark() {
    let mut terminal = Terminal::new(Vec::new(), Texts::new(Language::En), style());
    let row_text = RowText { text: "é", cell: Some(1..9) };
    terminal.finding("f", &row(Reason::RowBlank, 7, vec![]), Some(row_text)).unwrap();
    let text = String::from_utf8(terminal.finish().unwrap()).unwrap();
    assert!(text.contains("7 │ é\n") && !text.contains('^'), "{text}");
}

#[test]
fn a_long_row_is_cut_around_the_cell() {
    let style = Style { width: 46, ..style() };
    let marked = format!("{};[bad];{}", "a".repeat(300), "z".repeat(300));
    assert_eq!(
        shown(style, &marked),
        "  7 │ …aaaaaaaaaaaaaaaa;bad;zzzzzzzzzzzzzzzzz…
    │                   ^^^"
    );
    let at_end = format!("{};[bad]", "a".repeat(300));
    assert_eq!(
        shown(style, &at_end),
        "  7 │ …aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;bad\n    │                                      ^^^"
    );
    let long_cell = format!("a;[{}];z", "x".repeat(300));
    assert_eq!(
        shown(style, &long_cell),
        "  7 │ a;xxxxxxxxxxxxxxxxxxxxxxxxx…;z\n    │   ^^^^^^^^^^^^^^^^^^^^^^^^^^"
    );
}

#[test]
fn a_cell_of_five_megabytes_is_shown_at_once() {
    let marked = format!("a;[{}];z", "x".repeat(5_000_000));
    assert!(shown(style(), &marked).len() < 400);
}

#[test]
fn marks_stand_below_the_cell_whatever_is_before_it() {
    assert_eq!(shown(style(), "日本;[x]"), "  7 │ 日本;x\n    │      ^");
    assert_eq!(shown(style(), "e\u{301};[x]"), "  7 │ e\u{301};x\n    │   ^");
    assert_eq!(shown(style(), "a\tb;[x]"), "  7 │ a\\tb;x\n    │      ^");
}

#[test]
fn the_row_cannot_control_the_terminal() {
    assert_eq!(shown(style(), "\x1b]2J;\u{202e}abc\r\nx"), "  7 │ <U+001B>]2J;<U+202E>abc\\r\\nx");
}

#[test]
fn the_end_counts_by_cause() {
    let mut causes = Causes::new();
    for line in 2..1206 {
        causes.add(&cell(Reason::NotInteger, line, "Prix", "1,50", vec![]));
    }
    causes.add(&row(Reason::RowBlank, 7, vec![]));
    for (language, expected) in [
        (
            Language::En,
            "m.csv: 2,000 rows, 1,205 errors, 0 warnings\n  \
             1,204 rows: Column “Prix”: not a whole number. (lines 2, 3, 4, 5, 6, …)\n  \
             1 row: The row is empty. (line 7)\n",
        ),
        (
            Language::Fr,
            "m.csv\u{a0}: 2\u{202f}000 lignes, 1\u{202f}205 erreurs, 0 avertissement\n  \
             1\u{202f}204 lignes\u{a0}: Colonne «\u{a0}Prix\u{a0}»\u{a0}: pas un nombre entier. (lignes 2, 3, 4, 5, 6, …)\n  \
             1 ligne\u{a0}: La ligne est vide. (ligne 7)\n",
        ),
    ] {
        let mut terminal = Terminal::new(Vec::new(), Texts::new(language), style());
        terminal.end_of_file("m.csv", 2000, &causes).unwrap();
        assert_eq!(String::from_utf8(terminal.finish().unwrap()).unwrap(), expected);
    }
}

#[test]
fn a_clean_file_is_one_line() {
    let mut terminal = Terminal::new(Vec::new(), Texts::new(Language::En), style());
    terminal.end_of_file("m.csv", 1, &Causes::new()).unwrap();
    assert_eq!(terminal.finish().unwrap(), b"m.csv: 1 row, no problem found\n");
}

#[test]
fn what_is_not_shown_is_said() {
    let style = Style { at_most: Some(1), ..style() };
    let mut terminal = Terminal::new(Vec::new(), Texts::new(Language::En), style);
    let mut causes = Causes::new();
    for line in 2..5 {
        let finding = row(Reason::RowBlank, line, vec![]);
        causes.add(&finding);
        terminal.finding("m.csv", &finding, None).unwrap();
    }
    assert!(!terminal.has_room());
    terminal.end_of_file("m.csv", 3, &causes).unwrap();
    let text = String::from_utf8(terminal.finish().unwrap()).unwrap();
    assert!(text.contains("… and 2 more findings, counted below; --format csv lists them all\n"), "{text}");
    assert_eq!(text.matches("[blank-row]").count(), 1);
}
