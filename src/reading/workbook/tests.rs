use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::*;
use crate::reading::recognise::{Asked, Opened, Refused, open as open_file};
use crate::reading::split::{Stop, split};
use crate::reading::survey::survey;
use crate::schema::load::load;

const SCHEMA: &str = r#"{"fields":[
    {"name":"id","type":"integer"},
    {"name":"name"},
    {"name":"day","type":"date","format":"%d/%m/%Y"},
    {"name":"at","type":"datetime","format":"%Y-%m-%d %H:%M","passeur":{"formats":["%Y-%m-%d"]}},
    {"name":"amount","type":"number","decimalChar":","},
    {"name":"ok","type":"boolean","trueValues":["Oui"],"falseValues":["Non"]}
  ],"fieldsMatch":"subset","passeur":{"headers":"normalised"}}"#;

const LABELS: [&str; 6] = ["id", "name", "day", "at", "amount", "ok"];

fn saved(workbook: &mut Workbook) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("export.csv");
    workbook.save(&path).unwrap();
    (dir, path)
}

fn opened(path: &Path, schema: &str) -> Result<Opened, Refused> {
    let schema = std::sync::Arc::new(load("test", schema.as_bytes()).unwrap().schema);
    open_file(path, &survey(path).unwrap(), &[schema], Asked::default())
}

/// All rows: number, cells, flaws.
fn rows(mut opened: Opened) -> Vec<(u64, Vec<String>, bool)> {
    let mut rows = Vec::new();
    let mut chunk = std::mem::take(&mut opened.first);
    loop {
        assert_splits_alike(&chunk, opened.form.form);
        for row in &chunk.rows {
            let cells = crate::reading::recognise::labels(&chunk, row, opened.encoding.encoding);
            rows.push((row.line, cells, !row.flaws.is_empty()));
        }
        if !opened.reader.next_chunk(&mut chunk).unwrap() {
            return rows;
        }
    }
}

/// The bytes of a chunk are delimited text with the same rows and fields.
fn assert_splits_alike(chunk: &Chunk, form: Form) {
    let mut again = Chunk { bytes: chunk.bytes.clone(), ..Chunk::default() };
    assert_eq!(split(&mut again, form, &mut 1, true), Stop::Complete);
    assert_eq!(again.fields, chunk.fields);
    let places = |chunk: &Chunk| chunk.rows.iter().map(|row| (row.start, row.end)).collect::<Vec<_>>();
    assert_eq!(places(&again), places(chunk));
}

fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>, bool) {
    (line, cells.iter().map(|cell| (*cell).to_owned()).collect(), false)
}

#[test]
fn cells_become_texts_that_their_fields_read() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    sheet.write_row(0, 0, LABELS).unwrap();
    sheet.write(1, 0, 1001).unwrap();
    sheet.write(1, 1, "Côté; \"Zoé\"").unwrap();
    sheet.write_with_format(1, 2, ExcelDateTime::from_ymd(2026, 4, 3).unwrap(), &day).unwrap();
    let at = ExcelDateTime::from_ymd(2026, 4, 3).unwrap().and_hms(9, 30, 0).unwrap();
    sheet.write_with_format(1, 3, &at, &moment).unwrap();
    sheet.write(1, 4, 0.1 + 0.2).unwrap();
    sheet.write(1, 5, true).unwrap();
    sheet.write(2, 0, 123_456_789_012_345_i64).unwrap();
    sheet.write(2, 1, 42).unwrap();
    sheet.write_with_format(2, 2, &at, &day).unwrap();
    sheet.write_with_format(2, 3, ExcelDateTime::from_ymd(2026, 4, 3).unwrap(), &moment).unwrap();
    sheet.write(2, 4, 12).unwrap();
    sheet.write(2, 5, false).unwrap();
    sheet.write(3, 1, "two\nlines").unwrap();
    sheet.write(3, 2, "03/04/2026").unwrap();
    let (_dir, path) = saved(&mut workbook);
    assert_eq!(
        rows(opened(&path, SCHEMA).unwrap()),
        [
            row(1, &LABELS),
            row(2, &["1001", "Côté; \"Zoé\"", "03/04/2026", "2026-04-03 09:30", "0,3", "Oui"]),
            row(3, &["123456789012345", "42", "03/04/2026 09:30:00", "2026-04-03", "12", "Non"]),
            row(4, &["", "two\nlines", "03/04/2026", "", "", ""]),
        ]
    );
}

#[test]
fn titles_blank_rows_and_empty_columns_keep_the_numbers_that_excel_shows() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let bold = Format::new().set_bold();
    sheet.write(0, 0, "Liste des personnes").unwrap();
    sheet.write_row(3, 0, LABELS).unwrap();
    sheet.write_blank(3, 9, &bold).unwrap();
    sheet.write(5, 0, 1).unwrap();
    sheet.write_blank(5, 8, &bold).unwrap();
    sheet.write_blank(40, 0, &bold).unwrap();
    let (_dir, path) = saved(&mut workbook);
    let opened = opened(&path, SCHEMA).unwrap();
    assert_eq!(opened.passed, 4);
    assert_eq!(opened.layout.least, 6);
    let rows = rows(opened);
    assert_eq!(rows[3], row(4, &LABELS));
    assert_eq!(rows[4], row(5, &[""]));
    assert_eq!(rows[5], row(6, &["1", "", "", "", "", ""]));
    assert_eq!(rows.last().unwrap(), &row(41, &[""]));
    assert_eq!(rows.len(), 41);
}

#[test]
fn a_number_of_more_than_fifteen_digits_and_a_failed_formula_are_marked() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, LABELS).unwrap();
    sheet.write(1, 0, 1_234_567_890_123_456_i64).unwrap();
    sheet.write(2, 1, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write(3, 1, "1234567890123456").unwrap();
    let (_dir, path) = saved(&mut workbook);
    let rows = rows(opened(&path, SCHEMA).unwrap());
    assert_eq!((rows[1].1[0].as_str(), rows[1].2), ("1234567890123456", true));
    assert_eq!((rows[2].1[1].as_str(), rows[2].2), ("#DIV/0!", true));
    assert_eq!((rows[3].1[1].as_str(), rows[3].2), ("1234567890123456", false));
}

#[test]
fn the_sheet_is_the_first_that_people_see_or_the_one_that_the_schema_names() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Hidden").unwrap().set_hidden(true).write(0, 0, "x").unwrap();
    let second = workbook.add_worksheet().set_name("Export").unwrap();
    second.write_row(0, 0, LABELS).unwrap();
    second.set_active(true);
    let third = workbook.add_worksheet().set_name("Notes").unwrap();
    third.write_row(0, 0, LABELS).unwrap();
    workbook.add_worksheet().set_name("Empty").unwrap();
    let (_dir, path) = saved(&mut workbook);
    let first = opened(&path, SCHEMA).unwrap();
    assert_eq!(first.sheet.as_deref(), Some("Export"));
    assert_eq!(first.warnings.len(), 1);
    assert!(first.warnings[0].args.contains(&("sheets", "Notes".into())), "{:?}", first.warnings);
    for (dialect, expected) in [
        (r#"{"sheetName":"Notes"}"#, Some("Notes")),
        (r#"{"sheetNumber":2}"#, Some("Export")),
        (r#"{"sheetName":"notes"}"#, None),
        (r#"{"sheetNumber":9}"#, None),
    ] {
        let schema = format!(r#"{{"dialect":{dialect},"schema":{SCHEMA}}}"#);
        match (opened(&path, &schema), expected) {
            (Ok(opened), Some(expected)) => assert_eq!(opened.sheet.as_deref(), Some(expected)),
            (Err(Refused::Findings(findings, _)), None) => {
                assert_eq!(findings[0].reason, crate::finding::Reason::SheetMissing);
            }
            (other, _) => panic!("{dialect}: {:?}", other.err()),
        }
    }
}

#[test]
fn twenty_thousand_rows_come_in_several_chunks_with_right_numbers() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, LABELS).unwrap();
    for number in 1..=20_000_u32 {
        sheet.write(number, 0, number).unwrap();
        sheet.write(number, 1, format!("Personne {number}")).unwrap();
    }
    let (_dir, path) = saved(&mut workbook);
    let rows = rows(opened(&path, SCHEMA).unwrap());
    assert_eq!(rows.len(), 20_001);
    let wrong = rows.iter().skip(1).find(|(line, cells, _)| cells[0] != (line - 1).to_string());
    assert_eq!(wrong, None);
}

#[test]
fn a_damaged_workbook_is_a_finding() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write_row(0, 0, LABELS).unwrap();
    let (_dir, path) = saved(&mut workbook);
    let bytes = std::fs::read(&path).unwrap();
    for cut in [30, bytes.len() / 2, bytes.len() - 10] {
        std::fs::write(&path, &bytes[..cut]).unwrap();
        match opened(&path, SCHEMA) {
            Err(Refused::Findings(findings, _)) => {
                let expected =
                    [crate::finding::Reason::WorkbookDamaged, crate::finding::Reason::WorkbookKind];
                assert!(expected.contains(&findings[0].reason), "{cut}: {findings:?}");
            }
            Err(Refused::Io(error)) => panic!("{cut}: {error}"),
            Ok(_) => panic!("{cut}: it was read"),
        }
    }
}

#[test]
fn no_damage_makes_it_panic() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write_row(0, 0, LABELS).unwrap().write_row(1, 0, ["1", "a", "b"]).unwrap();
    let (_dir, path) = saved(&mut workbook);
    let bytes = std::fs::read(&path).unwrap();
    let (mut refused, mut read) = (0, 0);
    for at in (0..bytes.len()).step_by(11) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        std::fs::write(&path, &damaged).unwrap();
        match opened(&path, SCHEMA) {
            Ok(mut opened) => {
                while let Ok(true) = opened.reader.next_chunk(&mut opened.first) {}
                read += 1;
            }
            Err(Refused::Findings(..)) => refused += 1,
            Err(Refused::Io(error)) => panic!("{at}: {error}"),
        }
    }
    assert!(refused > 0 && read > 0, "{refused} {read}");
}

/// A workbook of one sheet with this XML in place of what Excel writes.
fn hostile(sheet: &str, strings: &str) -> Vec<u8> {
    use std::io::Write;
    let ns = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main""#;
    let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let parts = [
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "[Content_Types].xml",
            format!(
                r#"<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook {ns} xmlns:r="{rel}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{rel}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#
            ),
        ),
        ("xl/sharedStrings.xml", format!("<sst {ns}>{strings}</sst>")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet {ns}>{sheet}</worksheet>")),
    ];
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, xml) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(xml.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn hostile_sheets_are_read_or_refused_and_never_end_the_run() {
    let row = |cells: &str| format!(r#"<sheetData><row r="1">{cells}</row></sheetData>"#);
    let label = r#"<c r="A1" t="inlineStr"><is><t>id</t></is></c>"#;
    let sheets = [
        String::new(),
        "<sheetData>".to_owned(),
        "<sheetData><row".to_owned(),
        r#"<dimension ref="A1:XFD1048576"/>"#.to_owned() + &row(label),
        r#"<dimension ref="B2:A1"/>"#.to_owned() + &row(label),
        r#"<dimension ref="!!"/>"#.to_owned() + &row(label),
        r#"<dimension ref="A1:A99999999999999999999"/>"#.to_owned() + &row(label),
        row(r#"<c r="A0" t="s"><v>0</v></c>"#),
        row(r#"<c r="0"><v>1</v></c>"#),
        row(r#"<c r="é1"><v>1</v></c>"#),
        row(r#"<c r="ZZZZZZZZ1"><v>1</v></c>"#),
        row(r#"<c r="A99999999999"><v>1</v></c>"#),
        row(r#"<c r="A1" t="s"><v>99999999999999999999</v></c>"#),
        row(r#"<c r="A1" t="s"><v>7</v></c>"#),
        row(r#"<c r="A1" t="s"><v>-1</v></c>"#),
        row(r#"<c r="A1" t="s"></c>"#),
        row(r#"<c r="A1" t="d"><v>9999-99-99T99:99:99</v></c>"#),
        row(r#"<c r="A1" s="4000000000"><v>1e308</v></c>"#),
        row(r#"<c r="A1"><v>1e999</v></c><c r="B1"><v>NaN</v></c>"#),
        row(r#"<c r="A1" t="e"><v>#WHAT</v></c>"#),
        row(r#"<c r="A1" t="b"><v>maybe</v></c>"#),
        row(r#"<c r="C1"><v>1</v></c><c r="A1"><v>1</v></c>"#),
        format!("{}<sheetData><row r=\"4294967296\">{label}</row></sheetData>", row(label)),
        "<c>".repeat(20_000),
    ];
    // Each of them in the row behind a header, too, so that rows are streamed.
    let behind = |sheet: &String| {
        let cells = sheet.strip_prefix(r#"<sheetData><row r="1">"#)?.strip_suffix("</row></sheetData>")?;
        Some(format!(
            r#"<sheetData><row r="1">{label}</row><row r="2">{}</row></sheetData>"#,
            cells.replace("A1\"", "A2\"")
        ))
    };
    let sheets: Vec<String> = sheets.iter().cloned().chain(sheets.iter().filter_map(behind)).collect();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("export.xlsx");
    let labels: String = LABELS
        .iter()
        .zip(["A1", "B1", "C1", "D1", "E1", "F1"])
        .map(|(label, at)| format!(r#"<c r="{at}" t="inlineStr"><is><t>{label}</t></is></c>"#))
        .collect();
    std::fs::write(&path, hostile(&row(&labels), "")).unwrap();
    assert!(opened(&path, SCHEMA).is_ok(), "the workbook around the hostile sheets is sound");
    let sheets = sheets.iter().map(|sheet| sheet.replace(label, &labels));
    for sheet in sheets {
        for strings in ["", "<si><t>id</t></si>", "<si>", "<si><r><t>"] {
            std::fs::write(&path, hostile(&sheet, strings)).unwrap();
            match opened(&path, SCHEMA) {
                Ok(mut opened) => while let Ok(true) = opened.reader.next_chunk(&mut opened.first) {},
                Err(Refused::Findings(findings, _)) => assert!(!findings.is_empty()),
                Err(Refused::Io(error)) => panic!("{error}: {sheet} {strings}"),
            }
        }
    }
}

#[test]
fn random_bytes_behind_the_mark_of_an_archive_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("export.xlsx");
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for length in [10, 100, 1_000, 10_000, 100_000] {
        let mut bytes = b"PK\x03\x04".to_vec();
        while bytes.len() < length {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.extend(state.to_le_bytes());
        }
        std::fs::write(&path, &bytes).unwrap();
        assert!(matches!(opened(&path, SCHEMA), Err(Refused::Findings(..))), "{length}");
    }
}

/// The smallest compound file with one stream of this name, as Excel wraps a workbook that has a password.
fn compound(stream: &str) -> Vec<u8> {
    let mut file = vec![0; 512];
    file[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    file[24..34].copy_from_slice(&[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    file[44..48].copy_from_slice(&1_u32.to_le_bytes());
    file[48..52].copy_from_slice(&1_u32.to_le_bytes());
    file[56..60].copy_from_slice(&4096_u32.to_le_bytes());
    file[60..64].copy_from_slice(&0xffff_fffe_u32.to_le_bytes());
    file[68..72].copy_from_slice(&0xffff_fffe_u32.to_le_bytes());
    file[76..80].copy_from_slice(&0_u32.to_le_bytes());
    file[80..512].fill(0xff);
    let mut table = vec![0xff; 512];
    table[..8].copy_from_slice(&[0xfd, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff]);
    file.extend(table);
    for (name, kind) in [("Root Entry", 5), (stream, 2)] {
        let mut entry = vec![0; 128];
        for (index, unit) in name.encode_utf16().enumerate() {
            entry[index * 2..index * 2 + 2].copy_from_slice(&unit.to_le_bytes());
        }
        entry[64..66].copy_from_slice(&((name.len() as u16 + 1) * 2).to_le_bytes());
        entry[66] = kind;
        entry[116..120].copy_from_slice(&0xffff_fffe_u32.to_le_bytes());
        file.extend(entry);
    }
    file.resize(2048, 0);
    file
}

#[test]
fn a_password_is_told_from_the_old_form() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("export.xlsx");
    for (stream, reason) in [
        ("EncryptedPackage", crate::finding::Reason::WorkbookProtected),
        ("Workbook", crate::finding::Reason::WorkbookKind),
    ] {
        std::fs::write(&path, compound(stream)).unwrap();
        let Err(Refused::Findings(findings, _)) = opened(&path, SCHEMA) else { panic!("{stream}") };
        assert_eq!(findings[0].reason, reason, "{stream}");
    }
}
