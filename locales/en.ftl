# Sentences in English. One message a reason (src/finding.rs): the sentence, `.hint` (what to do) and `.cause` (the
# same problem said once for many rows: without the cell, without a line). Every sentence is one line.
# Arguments that every sentence may use: $field, $cell, $line. $guess is "yes" when $near holds a suggestion.

## File

not-a-file = This is not a file: it is a folder, a link or a device.
    .hint = Put the exported file itself in the folder.
    .cause = This is not a file.
cannot-read = The file cannot be read: { $detail }.
    .hint = Close the file if it is open in another program, check who may read it, then drop it again.
    .cause = The file cannot be read.
empty-file = The file is empty.
    .hint = Export it again; the export was probably interrupted.
    .cause = The file is empty.
no-schema-fits = The columns of this file match none of the known kinds of export ({ $schemas }).
    .hint = Check that this is the right export, and that the line with the column names is the first one.
    .cause = The columns of this file match none of the known kinds of export.
workbook-protected = The workbook is protected by a password.
    .hint = Open it, remove the password (File, Info, Protect workbook), save it, and drop it again; or save it as CSV UTF-8.
    .cause = The workbook is protected by a password.
workbook-kind = This is not an .xlsx workbook or a text file, but { $kind ->
        [xls] a workbook of Excel’s old form (.xls)
        [ods] an OpenDocument spreadsheet (.ods)
        [xlsb] a binary workbook (.xlsb)
        [document] a text document or a presentation
        [pdf] a PDF
        [html] a web page
        [xml] an XML file
       *[archive] a compressed archive
    }.
    .hint = Open it in the spreadsheet and save it as “Excel workbook (.xlsx)” or as “CSV UTF-8”.
    .cause = This is not an .xlsx workbook or a text file.
workbook-damaged = The workbook is damaged and cannot be read: { $detail }.
    .hint = Open it in Excel, let it repair the file, save it again; or export it again.
    .cause = The workbook is damaged and cannot be read.
sheet-missing = The workbook has no sheet “{ $sheet }”; it has: { $sheets }.
    .hint = Rename the sheet, or correct sheetName or sheetNumber in the schema.
    .cause = The workbook has no sheet “{ $sheet }”.
other-sheets = Only the sheet “{ $sheet }” was read; these hold something too: { $sheets }.
    .hint = Save a sheet that is to be read as a file of its own, or name it in the schema (sheetName).
    .cause = Only the sheet “{ $sheet }” was read, and others hold something too.
encoding-contradicted = The file is said to be { $encoding }, but begins with the byte order mark of { $mark }. It was read as { $encoding }.
    .hint = Remove the encoding from the schema or the command, or save the file as { $encoding }.
    .cause = The file is said to be { $encoding }, but begins with the byte order mark of { $mark }.
looks-like-utf16 = Nearly every second byte of the file is zero.
    .hint = It looks like { $encoding } (“Unicode text”) without a byte order mark: save it as “CSV UTF-8”, or declare the encoding { $encoding } in the schema.
    .cause = Nearly every second byte of the file is zero: it looks like { $encoding } without a byte order mark.
mark-not-allowed = The file begins with a byte order mark, which the destination does not take.
    .hint = Save it as “CSV UTF-8” without a byte order mark (BOM).
    .cause = The file begins with a byte order mark, which the destination does not take.
unknown-encoding = The encoding “{ $encoding }” is not known.
    .hint = Use UTF-8, windows-1252 or UTF-16.
    .cause = The encoding “{ $encoding }” is not known.
malformed-bytes = This text is not valid { $encoding }: bytes { $bytes } at position { $byte } of the file.
    .hint = Save the file again as “CSV UTF-8”, or say which encoding it has.
    .cause = Some text is not valid { $encoding }.
quote-never-closed = A quotation mark opens on line { $line } and is never closed: everything after it was read as one cell.
    .hint = Add the missing quotation mark on that line, or remove the one that opens.
    .cause = A quotation mark is never closed.
too-many-rows = { $count ->
        [one] The file has { $count } row; at most { $limit } is allowed.
       *[other] The file has { $count } rows; at most { $limit } are allowed.
    }
    .hint = Split the export into several files.
    .cause = The file has more rows than the { $limit } that are allowed.
too-many-bytes = The file has { $count } bytes; at most { $limit } are allowed.
    .hint = Split the export into several files.
    .cause = The file is larger than the { $limit } bytes that are allowed.

## Header

header-missing = The line with the column names is missing.
    .hint = Add the column names as the first line, or export the file again.
    .cause = The line with the column names is missing.
label-blank = Column { $position } has no name.
    .hint = Name the column, or delete it if it is empty.
    .cause = A column has no name.
label-duplicate = Two columns are named “{ $label }”: columns { $first } and { $position }.
    .hint = Delete or rename one of the two.
    .cause = Two columns are named “{ $label }”.
label-missing = { $guess ->
        [yes] The column “{ $label }” is missing; “{ $near }” looks like it.
       *[no] The column “{ $label }” is missing.
    }
    .hint = Add the column to the export, or correct its name in the first line.
    .cause = The column “{ $label }” is missing.
label-renamed = { $count ->
        [0] The column “{ $label }” is missing; column { $position }, “{ $near }”, looks like it.
       *[other] The column “{ $label }” is missing; column { $position }, “{ $near }”, looks like it: { $fit } of its first { $count } values fit.
    }
    .hint = Correct the name in the first line, or enter it as an alias in the schema.
    .cause = The column “{ $label }” has another name.
label-extra = { $guess ->
        [yes] Column { $position }, “{ $label }”, is not expected; did you mean “{ $near }”?
       *[no] Column { $position }, “{ $label }”, is not expected.
    }
    .hint = Delete the column, or correct its name in the first line.
    .cause = The column “{ $label }” is not expected.
label-near-optional = Column { $position }, “{ $label }”, is not read; was it meant to be “{ $expected }”, which the file lacks?
    .hint = If it is, correct its name in the first line, or enter the name as an alias in a copy of the schema.
    .cause = The column “{ $label }” is not read; it may be meant to be “{ $expected }”, which the file lacks.
label-incorrect = Column { $position } is named “{ $label }”; “{ $expected }” is expected there.
    .hint = Correct the name in the first line, or put the columns back in their order.
    .cause = A column is named “{ $label }” where “{ $expected }” is expected.
label-moved = The column “{ $label }” is in position { $to }; it is expected in position { $from }.
    .hint = Put the columns back in their order.
    .cause = The column “{ $label }” is not in its place.
date-order-contradicted = Column “{ $field }”: { $rows ->
        [one] { $rows } value (line { $lines })
       *[other] { $rows } values (lines { $lines })
    } can only be { $pattern }, although the schema says { $expected }.{ $both ->
        [0] { "" }
        [one] { " " }{ $both } more could be either: its day and month may be exchanged, so nothing of the file is used.
       *[other] { " " }{ $both } more could be either: their days and months may be exchanged, so nothing of the file is used.
    }
    .hint = Export the column as { $expected } or with the year first. If { $pattern } is right, set "dateOrder" in a copy of the schema.
    .cause = Column “{ $field }”: { $rows ->
        [one] { $rows } value (line { $lines })
       *[other] { $rows } values (lines { $lines })
    } can only be { $pattern }, although the schema says { $expected }.{ $both ->
        [0] { "" }
        [one] { " " }{ $both } more could be either: its day and month may be exchanged, so nothing of the file is used.
       *[other] { " " }{ $both } more could be either: their days and months may be exchanged, so nothing of the file is used.
    }
date-order-mixed = Column “{ $field }”: { $rows ->
        [one] { $rows } value (line { $lines })
       *[other] { $rows } values (lines { $lines })
    } can only be { $pattern }, and { $own } can only be { $expected }, as the schema says: the column mixes both.{ $both ->
        [0] { "" }
        [one] { " " }{ $both } more could be either: its day and month may be exchanged, so nothing of the file is used.
       *[other] { " " }{ $both } more could be either: their days and months may be exchanged, so nothing of the file is used.
    }
    .hint = Put the whole column into year-month-day form at its source, then export again.
    .cause = Column “{ $field }”: { $rows ->
        [one] { $rows } value (line { $lines })
       *[other] { $rows } values (lines { $lines })
    } can only be { $pattern }, and { $own } can only be { $expected }, as the schema says: the column mixes both.{ $both ->
        [0] { "" }
        [one] { " " }{ $both } more could be either: its day and month may be exchanged, so nothing of the file is used.
       *[other] { " " }{ $both } more could be either: their days and months may be exchanged, so nothing of the file is used.
    }

## Row

row-blank = This row is empty.
    .hint = Delete the row.
    .cause = The row is empty.
cells-missing = { $found ->
        [one] This row has { $found } cell; { $expected } are expected.
       *[other] This row has { $found } cells; { $expected } are expected.
    }
    .hint = Look for a separator that is missing, or for a line that was cut in two.
    .cause = The row has fewer than { $expected } cells.
cells-extra = { $expected ->
        [one] This row has { $found } cells; { $expected } is expected.
       *[other] This row has { $found } cells; { $expected } are expected.
    }
    .hint = Look for a separator inside a value: put quotation marks around that value.
    .cause = The row has more than { $expected ->
        [one] one cell.
       *[other] { $expected } cells.
    }
key-duplicate = This row has the same { $fields } as line { $first }.
    .hint = Keep one of the two rows.
    .cause = Another row has the same { $fields }.
key-contradicted = This row and line { $other } have the same { $fields } and different content: neither is used.
    .hint = Find out which of the two is right, and drop that one alone.
    .cause = Another row has the same { $fields } and different content: neither is used.
person-unknown = This row names person { $id }, whom no export of people has.
    .hint = Drop an export of people that has this person, then drop this row again.
    .cause = The row names a person whom no export of people has.
account-unknown = { $id ->
        [0] This row names neither a person nor an account.
       *[other] This row names account { $id }, which no export of people has.
    }
    .hint = Drop an export of people that has this account, then drop this row again.
    .cause = The row names an account that no export of people has.
address-unsubscribed = The address of this row is on the unsubscribed list: no file takes it, but those that take addresses away.
    .hint = Nothing to do. The row goes out when the address leaves the list.
    .cause = The address is on the unsubscribed list: not sent.
address-forgotten = The person of this row was forgotten on { $day }: no file takes it.
    .hint = Erase the person at Amilia too; until then every export brings the address back, and `passeur forget` takes it out of the archive again.
    .cause = The person was forgotten on request: not sent.
key-empty = Column “{ $field }”: empty, although it identifies the row.
    .hint = Fill the cell in.
    .cause = Column “{ $field }”: empty, although it identifies the row.
unique-duplicate = This row has the same { $fields } as line { $first }; no two rows may share it.
    .hint = Correct one of the two rows, or keep only one.
    .cause = Another row has the same { $fields }; no two rows may share it.
text-after-quote = There is text after a closing quotation mark.
    .hint = A quotation mark inside a value is written twice: "".
    .cause = There is text after a closing quotation mark.
bare-quote = There is a quotation mark inside a value that is not between quotation marks.
    .hint = Put the whole value between quotation marks, and write those inside it twice: "".
    .cause = There is a quotation mark inside a value that is not between quotation marks.
lone-carriage-return = There is a line end of an old kind (a carriage return alone) in this row.
    .hint = Save the file again from the spreadsheet as CSV.
    .cause = There is a line end of an old kind (a carriage return alone) in the row.
row-over-limit = This row has { $count } bytes; at most { $limit } are allowed.
    .hint = Look for a quotation mark that is missing: it makes several rows one.
    .cause = The row is longer than the { $limit } bytes that are allowed.
record-too-long = This row has no end within { $limit } bytes; the file cannot be read on.
    .hint = Look on this line for a quotation mark that is missing, or for another kind of file than a table.
    .cause = A row has no end within { $limit } bytes.

## Cell: types

none-filled = At least one of { $fields } must hold a value, and none does.
    .hint = Fill one of them, or leave the row out.
    .cause = None of { $fields } holds a value.
not-integer = Column “{ $field }”: “{ $cell }” is not a whole number.
    .hint = Write digits only, without spaces, decimals or units.
    .cause = Column “{ $field }”: not a whole number.
not-number = Column “{ $field }”: “{ $cell }” is not a number.
    .hint = Write digits with at most one decimal sign, without units.
    .cause = Column “{ $field }”: not a number.
not-boolean = Column “{ $field }”: “{ $cell }” is neither yes nor no. Allowed: { $allowed }.
    .hint = Write one of the allowed values: { $allowed }.
    .cause = Column “{ $field }”: neither yes nor no. Allowed: { $allowed }.
not-date = Column “{ $field }”: “{ $cell }” is not a date written { $pattern }, like { $example }.
    .hint = Write the date as { $pattern }; in a spreadsheet, change the format of the whole column.
    .cause = Column “{ $field }”: not a date written { $pattern }, like { $example }.
not-time = Column “{ $field }”: “{ $cell }” is not a time written { $pattern }, like { $example }.
    .hint = Write the time as { $pattern }; in a spreadsheet, change the format of the whole column.
    .cause = Column “{ $field }”: not a time written { $pattern }, like { $example }.
not-datetime = Column “{ $field }”: “{ $cell }” is not a date and time written { $pattern }, like { $example }.
    .hint = Write the date and time as { $pattern }; in a spreadsheet, change the format of the whole column.
    .cause = Column “{ $field }”: not a date and time written { $pattern }, like { $example }.
no-such-day = Column “{ $field }”: “{ $cell }” is not a day of the calendar (read as { $pattern }).
    .hint = Correct the date; check that day and month are in the right order.
    .cause = Column “{ $field }”: not a day of the calendar (read as { $pattern }).
no-such-time = Column “{ $field }”: “{ $cell }” is not a time of day (read as { $pattern }).
    .hint = Write the hour from 00 to 23, minutes and seconds from 00 to 59, like { $example }.
    .cause = Column “{ $field }”: not a time of day (read as { $pattern }).
time-not-allowed = Column “{ $field }”: “{ $cell }” has a time; only a date is allowed, written { $pattern }.
    .hint = Remove the time.
    .cause = Column “{ $field }”: has a time where only a date is allowed, written { $pattern }.
time-missing = Column “{ $field }”: “{ $cell }” has no time; it must be written { $pattern }.
    .hint = Add the time.
    .cause = Column “{ $field }”: has no time; it must be written { $pattern }.
midnight-assumed = Column “{ $field }”: “{ $cell }” has no time; the destination takes it as midnight ({ $pattern }).
    .hint = Write the time too, if it matters.
    .cause = Column “{ $field }”: has no time; the destination takes it as midnight ({ $pattern }).
no-such-local-time = Column “{ $field }”: “{ $cell }” does not exist in { $zone }: the clocks were put forward at that hour.
    .hint = Correct the time.
    .cause = Column “{ $field }”: a time that does not exist in { $zone }, because the clocks were put forward at that hour.
not-year = Column “{ $field }”: “{ $cell }” is not a year in four digits.
    .hint = Write the year in four digits, like 2026.
    .cause = Column “{ $field }”: not a year in four digits.
not-yearmonth = Column “{ $field }”: “{ $cell }” is not a year and month, like 2026-04.
    .hint = Write four digits, a hyphen and two digits.
    .cause = Column “{ $field }”: not a year and month, like 2026-04.
not-email = Column “{ $field }”: “{ $cell }” is not an e-mail address.
    .hint = Write one address, like name@example.org, without spaces.
    .cause = Column “{ $field }”: not an e-mail address.
not-uri = Column “{ $field }”: “{ $cell }” is not a web address.
    .hint = Write the whole address, like https://example.org/page.
    .cause = Column “{ $field }”: not a web address.
not-uuid = Column “{ $field }”: “{ $cell }” is not an identifier of the UUID form.
    .hint = Copy the identifier again: 32 letters and digits in five groups.
    .cause = Column “{ $field }”: not an identifier of the UUID form.
not-binary = Column “{ $field }”: “{ $cell }” is not Base64 text.
    .hint = Export the value again.
    .cause = Column “{ $field }”: not Base64 text.
not-postal-code = { $guess ->
        [yes] Column “{ $field }”: “{ $cell }” is not a Canadian postal code; did you mean “{ $near }”?
       *[no] Column “{ $field }”: “{ $cell }” is not a Canadian postal code.
    }
    .hint = Write letter, digit, letter, space, digit, letter, digit, like H2X 1Y4; a zero is not the letter O.
    .cause = Column “{ $field }”: not a Canadian postal code.
not-list-item = Column “{ $field }”: “{ $item }” in the list is not { $type ->
        [integer] a whole number
        [number] a number
        [boolean] true or false
        [date] a date
        [time] a time
        [datetime] a date and time
       *[other] of the type { $type }
    }.
    .hint = Correct that value of the list.
    .cause = Column “{ $field }”: a value of the list is not { $type ->
        [integer] a whole number
        [number] a number
        [boolean] true or false
        [date] a date
        [time] a time
        [datetime] a date and time
       *[other] of the type { $type }
    }.
spreadsheet-number = Column “{ $field }”: “{ $cell }” was shortened by a spreadsheet; the digits are lost.
    .hint = Export the file again, and import the column as text before you save it from a spreadsheet.
    .cause = Column “{ $field }”: shortened by a spreadsheet; the digits are lost.

formula-error = Column “{ $field }”: a formula failed ({ $cell }).
    .hint = Correct the formula, or replace it by its value.
    .cause = Column “{ $field }”: a formula failed.

## Cell: constraints

required = Column “{ $field }”: empty, although a value is required.
    .hint = Fill the cell in.
    .cause = Column “{ $field }”: empty, although a value is required.
too-short = Column “{ $field }”: “{ $cell }” has a length of { $count }; at least { $limit } is required.
    .hint = Complete the value.
    .cause = Column “{ $field }”: shorter than { $limit }.
too-long = Column “{ $field }”: “{ $cell }” has a length of { $count }; at most { $limit } is allowed.
    .hint = Shorten the value.
    .cause = Column “{ $field }”: longer than { $limit }.
too-many-cell-bytes = Column “{ $field }”: the value has { $count } bytes; at most { $limit } are allowed.
    .hint = Shorten the value; an accented letter counts as two bytes or more.
    .cause = Column “{ $field }”: more than { $limit } bytes.
below-minimum = Column “{ $field }”: “{ $cell }” is below { $limit }.
    .hint = Correct the value: { $limit } or more.
    .cause = Column “{ $field }”: below { $limit }.
above-maximum = Column “{ $field }”: “{ $cell }” is above { $limit }.
    .hint = Correct the value: { $limit } or less.
    .cause = Column “{ $field }”: above { $limit }.
not-above-minimum = Column “{ $field }”: “{ $cell }” must be more than { $limit }.
    .hint = Correct the value: more than { $limit }.
    .cause = Column “{ $field }”: not more than { $limit }.
not-below-maximum = Column “{ $field }”: “{ $cell }” must be less than { $limit }.
    .hint = Correct the value: less than { $limit }.
    .cause = Column “{ $field }”: not less than { $limit }.
pattern-mismatch = Column “{ $field }”: “{ $cell }” is not written in the expected form ({ $pattern }).
    .hint = Compare with a value that was accepted, and write this one in the same way.
    .cause = Column “{ $field }”: not written in the expected form ({ $pattern }).
not-in-enum = { $guess ->
        [yes] Column “{ $field }”: “{ $cell }” is not one of the allowed values ({ $allowed }); did you mean “{ $near }”?
       *[no] Column “{ $field }”: “{ $cell }” is not one of the allowed values ({ $allowed }).
    }
    .hint = Write one of the allowed values: { $allowed }.
    .cause = Column “{ $field }”: not one of the allowed values ({ $allowed }).
not-lowercase = Column “{ $field }”: “{ $cell }” has capital letters.
    .hint = Write the value in small letters.
    .cause = Column “{ $field }”: has capital letters.
value-dropped = The value was left out, the row was kept. { $why }
    .hint = Nothing has to be done; correct the value in the source to have it sent.
    .cause = The value was left out, the row was kept. { $why }

## Cell: characters

nul-byte = Column “{ $field }”: the value holds a NUL byte; the file is damaged.
    .hint = Export the file again.
    .cause = Column “{ $field }”: holds a NUL byte; the file is damaged.
line-break-in-cell = Column “{ $field }”: the value holds a line break.
    .hint = Replace the line break by a space.
    .cause = Column “{ $field }”: holds a line break.
control-character = Column “{ $field }”: the value holds an invisible character ({ $code }).
    .hint = Type the value again.
    .cause = Column “{ $field }”: holds an invisible character.
cell-over-limit = Column “{ $field }”: the value has { $count } bytes; at most { $limit } are allowed.
    .hint = Look for a quotation mark that is missing: it makes several cells one.
    .cause = Column “{ $field }”: larger than the { $limit } bytes that are allowed.
unwritable = Column “{ $field }”: the character “{ $character }” does not exist in { $encoding }, which the destination expects.
    .hint = Replace the character.
    .cause = Column “{ $field }”: has a character that does not exist in { $encoding }, which the destination expects.
character-replaced = Column “{ $field }”: the character “{ $character }” does not exist in { $encoding }, and was replaced by “{ $substitute }”.
    .hint = Nothing has to be done, if the other text will do; else correct it in the source.
    .cause = Column “{ $field }”: a character that does not exist in { $encoding } was replaced, as the schema says.
needs-quotes = Column “{ $field }”: “{ $character }” cannot be written in this file, which has no quotation marks around its values.
    .hint = Remove the character from the value.
    .cause = Column “{ $field }”: has a character that cannot be written without quotation marks.
value-unmapped = { $guess ->
        [yes] Column “{ $field }”: the route “{ $route }” does not say what “{ $cell }” becomes in “{ $column }”; did you mean “{ $near }”?
       *[no] Column “{ $field }”: the route “{ $route }” does not say what “{ $cell }” becomes in “{ $column }”.
    }
    .hint = Correct the value, or add it to the map of that column in passeur.toml.
    .cause = Column “{ $field }”: the route “{ $route }” does not say what some values become in “{ $column }”.
creation-only = The column “{ $column }” is only allowed when the record is created.
    .hint = Leave the column out for records that already exist.
    .cause = The column “{ $column }” is only allowed when the record is created.

## Kinds of finding

slug-source-error = File cannot be used
    .about = The file cannot be opened or read, is empty, or is not a known kind of export.
slug-sheet-not-read = Sheet not read
    .about = A workbook has more sheets than the one that was read.
slug-encoding-error = Wrong encoding
    .about = The bytes of the file are not text in the encoding that it should have.
slug-quote-not-closed = Quotation mark not closed
    .about = A quotation mark opens and nothing closes it, so the rest of the file cannot be trusted.
slug-table-dimensions = Too large
    .about = The file has more rows or bytes than its schema allows.
slug-blank-header = No header
    .about = The line with the column names is missing.
slug-blank-label = Column without a name
    .about = A column of the header has no name.
slug-duplicate-label = Column named twice
    .about = Two columns of the header have the same name.
slug-missing-label = Missing column
    .about = A column that the schema asks for is not in the file.
slug-extra-label = Unexpected column
    .about = The file has a column that the schema does not know.
slug-incorrect-label = Wrong column
    .about = A column has another name, or another place, than the schema says.
slug-date-order = Order of day and month
    .about = Dates of a column contradict the order of day and month that the schema says. If others in it could be either, the file is refused: a day read as a month looks right and is wrong.
slug-blank-row = Empty row
    .about = A row holds nothing.
slug-missing-cell = Too few cells
    .about = A row has fewer cells than the header has columns.
slug-extra-cell = Too many cells
    .about = A row has more cells than the header has columns.
slug-primary-key = Identifier empty or repeated
    .about = The columns that identify a row are empty, or another row has the same values in them.
slug-unique-error = Repeated value
    .about = A value that must be different in every row occurs twice.
slug-foreign-key = Unknown reference
    .about = The row refers to a person or an account that no export of people has.
slug-row-left-out = Row left out
    .about = The row is right, and no file may take it.
slug-quote-error = Misplaced quotation mark or line end
    .about = The quotation marks or line ends of a row do not follow the rules of CSV.
slug-row-too-long = Row too long
    .about = A row has more bytes than is allowed.
slug-row-constraint = Row that says too little
    .about = A row lacks a value that one of several columns must hold.
slug-type-error = Wrong type
    .about = A value is not of the type of its column: not a number, not a date, not an address.
slug-constraint-error = Rule not met
    .about = A value has the right type and breaks a rule of its column: required, length, range, form, list of values.
slug-forbidden-character = Forbidden character
    .about = A value holds a character that must not be there.
slug-cell-too-long = Cell too long
    .about = A value has more bytes than is allowed.
slug-cell-encoding = Character that cannot be written
    .about = A value holds a character that the encoding of the outbound file does not have.
slug-unmapped-value = Value without a counterpart
    .about = A value of the export is not in the map that turns it into a value of the partner.
slug-column-not-allowed = Column not allowed here
    .about = A column is filled in although the partner accepts it for new records only.

## review

# One cause and the rows it has. $what is the text of the cause.
cause-rows = { $rows ->
        [one] { $rows } row: { $what }
       *[other] { $rows } rows: { $what }
    }
cause-lines = { $count ->
        [one] line { $lines }
       *[other] lines { $lines }
    }
cause-others = { $rows ->
        [one] { $rows } other finding
       *[other] { $rows } other findings
    }
report-hint = hint: { $hint }
report-warning = warning
report-valid = { $rows ->
        [one] { $file }: { $rows } row, no problem found
       *[other] { $file }: { $rows } rows, no problem found
    }
report-counts = { $file }: { $rows ->
        [one] { $rows } row
       *[other] { $rows } rows
    }, { $errors ->
        [one] { $errors } error
       *[other] { $errors } errors
    }, { $warnings ->
        [one] { $warnings } warning
       *[other] { $warnings } warnings
    }
report-not-shown = { $count ->
        [one] … and { $count } more finding, counted below; --format csv lists them all
       *[other] … and { $count } more findings, counted below; --format csv lists them all
    }

## cli

read-schema = schema { $schema }
read-file = { $file }: { $how }
separator-tab = tab
read-as = read as { $schema }, { $encoding } ({ $why }), separator { $separator } ({ $separatorWhy })
read-sheet-as = read as { $schema }, sheet “{ $sheet }” of a workbook
patch-intro = To accept the columns of this file, the schema would need this:
patch-alias = “{ $label }”: “{ $near }” as an alias
patch-optional = “{ $label }”: may be missing (optional)
patch-more = more columns than the schema has (fieldsMatch)
patch-order = columns in any order (fieldsMatch)
patch-how = To write that schema: passeur check { $file } --schema { $schema } --patch { $path }
patch-written = A schema that accepts the columns of these files is in { $path }. Look at it before you use it.
patch-none = No change of the schema is needed, or none would help: { $path } was not written.
read-runner-up = next closest schema: { $schema }
encoding-why-asked = asked for
encoding-why-declared = the schema says so
encoding-why-byte-order-mark = its byte order mark says so
encoding-why-valid-utf8 = every byte fits
encoding-why-not-utf8 = it is not UTF-8
encoding-why-workbook = it is a workbook
separator-why-asked = asked for
separator-why-declared = the schema says so
separator-why-counted = most frequent on the header line
separator-why-workbook = for rejected rows
rows = { $rows ->
        [one] { $rows } row: { $accepted } accepted, { $rejected } rejected
       *[other] { $rows } rows: { $accepted } accepted, { $rejected } rejected
    }
on-line = line { $line }
snapshot-changes = customer base ({ $kind }): { $added } new, { $changed } changed, { $unchanged } as before, { $missing } missing, { $back } back, { $ignored } left aside
kind-people = people
kind-registrations = registrations
kind-memberships = memberships
kind-unsubscribed = unsubscribed
base = Customer base: { $contacts ->
        [one] { $contacts } contact
       *[other] { $contacts } contacts
    } ({ $archived } archived), { $places ->
        [one] { $places } place in groups
       *[other] { $places } places in groups
    }, { $unsubscribed ->
        [one] { $unsubscribed } unsubscribed address
       *[other] { $unsubscribed } unsubscribed addresses
    }
base-held = Customer base: HELD, nothing of it was sent
status-base-held = Customer base: HELD by the removal guard. It would end { $registrations } of { $ofRegistrations ->
        [one] { $ofRegistrations } registration
       *[other] { $ofRegistrations } registrations
    }, archive { $people } of { $ofPeople ->
        [one] { $ofPeople } person
       *[other] { $ofPeople } people
    }, and take { $returned } of { $ofAddresses ->
        [one] { $ofAddresses } address
       *[other] { $ofAddresses } addresses
    } off the unsubscribed list. Drop the whole exports; or, if it is right: passeur release customer-base
base-released = The next run brings the customer base up to date, removals included.
base-not-held = Nothing to release: no guard holds the customer base.
base-model = rows of model { $model } that cannot be sent:
base-rejected-file = these rows, with the reason: { $path }. Correct them in Amilia: the next export brings them
base-equal-titles = Activities { $activities } have one title, “{ $title }”: they stay apart, but nobody can tell their groups apart by name
base-address-unsubscribed = { $count ->
        [one] { $count } row of model { $model } is left out: its address is on the unsubscribed list, and only files that take addresses away have it
       *[other] { $count } rows of model { $model } are left out: their addresses are on the unsubscribed list, and only files that take addresses away have them
    }
base-address-forgotten = { $count ->
        [one] { $count } row of model { $model } is left out: its person was forgotten
       *[other] { $count } rows of model { $model } are left out: their persons were forgotten
    }
base-shared-addresses = { $count ->
        [one] { $count } address belongs to persons of several accounts; the contact shows one of them
       *[other] { $count } addresses belong to persons of several accounts; each contact shows one of them
    }
base-separator-replaced = { $count ->
        [one] The names of an activity, or of what it belongs to, hold “ \ ”, which parts the levels of a group’s title: “ / ” stands there instead, as in “{ $title }”
       *[other] The names of { $count } activities, or of what they belong to, hold “ \ ”, which parts the levels of a group’s title: “ / ” stands there instead, as in “{ $title }”
    }
base-no-consent = { $count ->
        [one] { $count } contact has neither registration nor purchase, so no date of consent
       *[other] { $count } contacts have neither registration nor purchase, so no date of consent
    }
hold-removals = This would end { $registrations } of { $ofRegistrations ->
        [one] { $ofRegistrations } registration
       *[other] { $ofRegistrations } registrations
    } ({ $registrationShare }, at most { $registrationLimit } pass), archive { $people } of { $ofPeople ->
        [one] { $ofPeople } person
       *[other] { $ofPeople } people
    } ({ $peopleShare }, at most { $peopleLimit }), and take { $returned } of { $ofAddresses ->
        [one] { $ofAddresses } address
       *[other] { $ofAddresses } addresses
    } off the unsubscribed list ({ $returnedShare }, at most { $returnedLimit }). Was an export cut off? Drop the whole one, and all is well. If it is right: passeur release customer-base
export-parked = waits in { $inbox } for an export of people: without one, nobody can tell who the owner of an account is or who is a child. Drop the people export; this file then goes with the next run
delta = route { $route }: { $new } new{ $newKeys }, { $changed } changed{ $changedKeys }, { $same } as sent before, { $gone } gone
delta-again = { $count ->
        [one] --full: { $count } row is sent again as it was
       *[other] --full: { $count } rows are sent again as they were
    }
delta-columns = changed columns: { $columns }
more-causes = { $count ->
        [one] … and { $count } more cause, in the report
       *[other] … and { $count } more causes, in the report
    }
rejected-file = rejected rows, to correct and drop again: { $path }
export-refused = refused: nothing of this file was used
export-kept = the file is kept in { $path }
export-duplicate = the same content was processed before (as { $name }, run { $run }): nothing is sent again. To send it again on purpose: passeur run --resend
export-changed = somebody wrote into the file while it was read: it is back in the inbox, for the next run
export-failed = could not be processed: { $said }
left-changed = { $name }: changed while it was taken; it stays in the inbox for the next run
left-settling = { $name }: still being written; it stays in the inbox for the next run
left-not-a-file = { $name }: a { $kind }, not a file; it stays in the inbox. Drop the exports themselves
left-kind-folder = folder
left-kind-link = link
left-kind-special = pipe or device
left-unreadable = { $name }: cannot be read ({ $detail }); it stays in the inbox
files = Files
file-delivered = { $rows ->
        [one] { $name }: { $rows } row, delivered to { $destination }
       *[other] { $name }: { $rows } rows, delivered to { $destination }
    }
file-held = { $rows ->
        [one] { $name }: { $rows } row, HELD, not sent to { $destination }
       *[other] { $name }: { $rows } rows, HELD, not sent to { $destination }
    }
file-inside = { $rows ->
        [one] { $name }: { $rows } row, inside { $archive }
       *[other] { $name }: { $rows } rows, inside { $archive }
    }
file-discarded = { $name }: discarded
file-waiting = { $rows ->
        [one] { $name }: { $rows } row, not delivered to { $destination } yet; the next run tries again
       *[other] { $name }: { $rows } rows, not delivered to { $destination } yet; the next run tries again
    }
reports-in = Reports: { $folder }
run-nothing = Nothing to do: no export in { $inbox }, nothing waits for delivery.
run-interrupted = Stopped by a signal. What is left in { $inbox }, and the files below that are not delivered, go with the next run.
plan-intro = This is what a run would do. Nothing was written, moved or sent.
plan-file = { $rows ->
        [one] would send { $name }: { $rows } row, to { $destination }
       *[other] would send { $name }: { $rows } rows, to { $destination }
    }
plan-file-held = { $rows ->
        [one] would HOLD { $name }: { $rows } row, for { $destination }
       *[other] would HOLD { $name }: { $rows } rows, for { $destination }
    }
plan-with-set = with the set { $set }
plan-inside = inside { $archive }, with the set { $set }
plan-waiting = { $rows ->
        [one] { $name }: { $rows } row from an earlier run, would be delivered to { $destination }
       *[other] { $name }: { $rows } rows from an earlier run, would be delivered to { $destination }
    }
plan-hold-rejected = { $share } of the rows are rejected, more than the route allows
hold-too-many-rejected = { $rejected } of { $rows ->
        [one] { $rows } row
       *[other] { $rows } rows
    } ({ $share }) { $rejected ->
        [one] is
       *[other] are
    } rejected; route { $route } allows { $limit } (max_rejected). Correct the rows and drop the export again, or raise max_rejected
hold-too-few-subsections = route { $route } needs { $needed ->
        [one] { $needed } free subsection
       *[other] { $needed } free subsections
    } today and has { $free }: each file needs a name of its own. Add subsections to the route (the platform must know them), or wait until tomorrow
hold-one-name = route { $route } makes { $needed ->
        [one] a file
       *[other] { $needed } files
    } and has { $free ->
        [0] no free name: an earlier file has it. Wait until that one is delivered, or discard it; then release this one under the free name
       *[other] one name, because its names have no subsection. If the platform can look for several files, write {"{subsection}"} in file_name and name subsections
    }
hold-shrunk = { $now } rows, after { $before } in the last file of route { $route }: { $share } are gone, and { $limit } pass (max_shrink). This file replaces the list: whoever is not in it turns inactive. Was an export cut off? Discard the file, and drop the whole one. If it is right, release it
hold-sends-mail = this file makes the platform send mail ({ $time }) to everybody in it. Look at it, then release it; or discard it
hold-day-past = { $name } is the name of { $day }, and { $destination } looks for the name of the day on which it looks: nothing was sent. Release it under the name of the next day on which it is taken; or discard it, and drop the export again
hold-archive-name = the set { $set } makes an archive named { $name }, and an earlier one has that name. Release it under another name that the platform looks for, or discard it
hold-archive-too-large = the files of the set { $set } are { $size } bytes together, and the platform takes { $limit }, which may be meant before packing. Discard the archive and send less at a time, or release it if your contact at the platform says that it is taken
hold-send-time-past = the time at which this campaign is sent ({ $time }) passed before the file was delivered. Discard it, set another send_time, and drop the export again
sheet-title = Setup sheet of route { $route }: { $title }
sheet-no-route = { $guess ->
        [yes] there is no route { $route } (did you mean { $near }?); routes: { $known }
       *[no] there is no route { $route }; routes: { $known }
    }
sheet-schema = Schema
sheet-folder = Folder
sheet-entity = Entity
sheet-name = File name
sheet-packaging = Packed
sheet-archive = { $others ->
        [0] zip: { $name }
       *[other] zip: { $name }, together with the files of { $routes }
    }
sheet-in-set = In a set
sheet-must-come = must be there: without it nothing of the set is sent
sheet-may-lack = may be missing: mark it as optional
sheet-inner = , with { $name } in it
sheet-day = Day in the name
sheet-day-pickup = { $days ->
        [0] the day on which the file is made; the platform must look for it on that day
        [one] the day after the file is made; the platform must look for it on that day
       *[other] { $days } days after the file is made; the platform must look for it on that day
    }
sheet-send-time = {" "}(send time in { $zone })
sheet-header = Header
sheet-header-first = first line
sheet-no = none
sheet-delimiter = Separator
sheet-tab = tab
sheet-quoting = Quotes
sheet-quoting-never = none
sheet-quoting-necessary = { $quote } where a value needs them; inside a value doubled
sheet-quoting-always = { $quote } around every value; inside a value doubled
sheet-quoting-non-empty = { $quote } around every value, an empty cell bare; inside a value doubled
sheet-line-end = Line ends
sheet-encoding = Encoding
sheet-with-mark = with byte order mark (BOM)
sheet-without-mark = without byte order mark (BOM)
sheet-rows = Rows, at most
sheet-bytes = Bytes, at most
sheet-key = Key
sheet-mode = Import mode
sheet-mode-add = add
sheet-mode-replace = replace
sheet-mode-unsubscribe = unsubscribe
sheet-send = What a file holds
sheet-send-all = all rows, every time
sheet-send-new = rows that were never sent; none comes twice
sheet-send-changed = rows that are new or changed; what is not in it stays as it is
sheet-send-updated = rows that were sent before and have changed since; no new ones
sheet-zone = Time zone
sheet-columns = Columns, in this order:
sheet-most = at most { $limit } characters
sheet-one-of = one of: { $allowed }
sheet-required = never empty
sheet-unique = unique
sheet-example = for example { $example }
sheet-type-email = e-mail address
sheet-type-text = text
sheet-type-integer = whole number
sheet-type-number = number with a decimal point
sheet-type-boolean = yes or no
sheet-type-year = year
sheet-type-month = month
sheet-type-list = list
status-never = No run yet.
status-runs = Last runs
run-outcome-complete = complete
run-outcome-attention = something waits for a person
run-outcome-failed = failed
run-outcome-interrupted = interrupted; the next run went on where it stopped
run-outcome-unfinished = running, or interrupted: the next run goes on
status-delivered = { $count ->
        [one] { $count } file delivered so far.
       *[other] { $count } files delivered so far.
    }
status-quiet = Nothing waits, nothing is held.
status-held = Held, waiting for a person
status-waiting = Waiting for delivery: the next run tries again
status-file = { $rows ->
        [one] #{ $id } { $name }: { $rows } row, for { $destination }
       *[other] #{ $id } { $name }: { $rows } rows, for { $destination }
    }
demo-intro = The sample project is in { $folder }. Two exports lie in its inbox, with a few rows broken on purpose. This is what `passeur run` does with them:
demo-look = Where to look:

# Held files: why, what acts, and what was decided.
state-staged = waiting for delivery
state-uploading = being uploaded
state-verified = uploaded, and not visible yet
state-committing = being made visible
state-delivered = delivered
state-held = held
state-discarded = discarded
hold-name-taken = { $destination } has a file named { $name } already, and passeur did not put it there under this delivery. Nothing was replaced. A name is used once: send ours under another name, or discard it
hold-permission-denied = { $destination } does not let us write, rename or read in its folder. Have the right given, then release the file
hold-disk-full = no space is left at { $destination }. Have some freed there, then release the file
hold-server-refused = the server refused, without saying why in terms that passeur knows. It said: { $detail }
hold-destination-changed = the file was under way to { $address } when the destination was changed. Whether it arrived there cannot be asked any more: look there. Release it if it did not arrive, discard it if it did
hold-uncertain = after a lost answer, { $destination } has something else under the name { $name }. Look at it there: discard ours if it arrived, release it if it did not
hold-staged-file-changed = our own copy, { $path }, is missing or was changed after it was made. Put it back and release the file, or discard it and drop the export again
held-release = send it:       { $command }
held-discard = never send it: { $command }
held-other-name = OTHER-NAME
decide-released = #{ $id } { $name } is released: the next run (passeur run) uploads it to { $destination } under that name.
decide-discarded = #{ $id } { $name } is discarded: it will never be sent, and its name is free.
decide-export-free = No file of { $export } was sent or waits any more: dropped again, it is processed like a new one.
decide-export-partly-sent = Other files of { $export } were sent or wait. To send all of it again, drop it and run: passeur run --resend
decide-not-held = file #{ $id } is not held, it is { $state }: there is nothing to decide. `passeur status` lists the held files
decide-of-set = file #{ $id } ({ $state }) belongs to the set { $set }: it is delivered with the others, and cannot be discarded by itself while it is not held. `passeur status` shows what the set waits for
decide-unresolved = file #{ $id } may be visible at the destination already: its rename was begun, and the answer is not known. The next run looks there; what it cannot tell, it holds for a decision
decide-needs-name = file #{ $id } cannot go out under its name: say another one with --as NAME. `passeur status` shows one that is free
decide-bad-name = that name cannot be used: { $detail }
decide-other-kind = the new name must begin with { $start } and have a subsection that the platform knows: with another beginning it would be another kind of file
decide-other-name = the new name must be one that the route makes: { $name }
decide-day-past = the day in the name of file #{ $id } is past: the platform looks for the name of the day on which it looks. Give the file the name of a day that is to come (--as)
decide-send-time-past = the time at which this campaign is sent has passed. Discard the file, set another send_time, and drop the export again
decide-name-taken = the ledger has a file of that name at this destination already: a name is never used twice
decide-staged-changed = file #{ $id } cannot be sent: its bytes in archive/outbound are missing or are not the ones that were made. Discard it and drop the export again

# Trusting a server.
destination-unknown = there is no destination { $destination } in passeur.toml; there is: { $known }
destination-is-folder = destination { $destination } is a local folder: it has no host key and no login
trust-already = { $destination } is trusted already: { $fingerprint }
trust-not-pinned = { $destination } shows a host key that `host_keys` does not list: { $fingerprint }. Nothing was sent. If the partner confirms it, write into the destination:
trust-shown = { $host } shows the host key
    { "  " }{ $type } { $fingerprint }
    Compare it with the one that the partner gave you, not with what the network shows.
trust-ask = Is it the same? Type yes or no:
trust-refused = Nothing was recorded. If you have compared the fingerprint: passeur trust --yes
trust-recorded = { $destination } let us in, and its key is recorded in { $file }.

# Receipts, checked again.
verify-ledger = ledger
verify-export = export
verify-copy = our copy
verify-destination = destination
verify-same = { $part }: the same, byte for byte
verify-same-size = { $part }: there, with the right size (--content compares the bytes)
verify-picked-up = { $part }: not there any more, so the partner has picked it up
verify-erased = { $part }: the same, but for { $rows ->
        [one] one row
       *[other] { $rows } rows
    } erased up to { $day }, as the receipt says
verify-removed = { $part }: removed on { $day }, when its term was over, as the receipt says
verify-removed-forgotten = { $part }: removed on { $day }, when a person was forgotten, as the receipt says
verify-missing = { $part }: MISSING, there is no { $path }
verify-differs = { $part }: DIFFERS, the receipt says { $expected }, found { $found }
verify-not-checked = { $part }: NOT CHECKED: { $detail }
verify-unreadable = CANNOT BE READ: { $detail }
verify-sum = { $count ->
        [one] { $hold } of { $count } receipt holds.
       *[other] { $hold } of { $count } receipts hold.
    }

# What a server does.
probe-intro = { $address }, which calls itself { $server }
probe-host-key = host key: { $fingerprint }
probe-login = login: { $methods }
probe-algorithms = algorithms: { $algorithms }
probe-rename = rename: { $answer ->
        [yes] yes
       *[no] NO, files cannot be delivered safely there: ask the partner to allow it
    }
probe-never-replaces = rename onto a taken name: { $answer ->
        [yes] refused, nothing can be overwritten
        [no] REPLACES the file there; passeur looks at the name before each rename, but cannot exclude a file that comes in between
       *[untested] not tested
    }
probe-posix-rename = posix-rename: not tested (passeur never asks for a rename that replaces)
probe-read-back = reading back: { $answer ->
        [yes] yes, verify = "content" is possible
       *[no] no, only verify = "size" is possible
    }
probe-fsync = durable on request (fsync): { $answer ->
        [yes] yes
       *[no] no, the server decides when bytes are on its disk
    }
probe-statvfs = tells its free space (statvfs): { $answer ->
        [yes] yes
       *[no] no, a full disk cannot be told from another refusal
    }
probe-hidden = hidden temporary names: { $answer ->
        [yes] allowed
       *[no] not allowed
    }
probe-speed = answer after { $roundTrip }, upload { $rate }
probe-left = COULD NOT REMOVE its own files there: { $names }
probe-written = Written to { $path }.
probe-changed = This differs from the probe of { $since }:
probe-drifted = { $destination } is not as it was probed on { $since }: { $ability } was { $before }, is { $now } now. If you did not expect it, ask the partner. To take it over: passeur probe { $destination }
probe-host-key-changed = { $destination } shows another host key than when it was probed ({ $before } then, { $now } now). passeur trusts both; if you did not expect it, ask the partner. To take it over: passeur probe { $destination }

## Diagnosis: what probably happened to a file (src/review/diagnosis.rs). $rows: rows that have it

diagnoses = Probably:
diagnosis-date-pattern = { $rows ->
        [one] { $rows } value
       *[other] { $rows } values
    } of “{ $field }” are written { $pattern }; the schema says { $expected }.
    .hint = Format the column as { $expected } in the source, or add the pattern to "formats" in a copy of the schema.
diagnosis-date-pattern-open = { $rows ->
        [one] { $rows } value
       *[other] { $rows } values
    } of “{ $field }” are written { $pattern }, or with month and day the other way round; the schema says { $expected }.
    .hint = Format the column as { $expected } in the source: these values do not tell day and month apart.
diagnosis-date-serial = { $rows ->
        [one] { $rows } value
       *[other] { $rows } values
    } of “{ $field }” are numbers by which a spreadsheet keeps dates; the schema says { $expected }.
    .hint = Format the column as a date ({ $expected }) in the spreadsheet before you save it.
diagnosis-date-words = { $rows ->
        [one] { $rows } value
       *[other] { $rows } values
    } of “{ $field }” have the month in words; the schema says { $expected }.
    .hint = Format the column as { $expected } in the source.
diagnosis-decimal-comma = { $rows ->
        [one] { $rows } value
       *[other] { $rows } values
    } of “{ $field }” have a decimal comma.
    .hint = Write them with a decimal point and no spaces, or set "decimalChar" in a copy of the schema.
diagnosis-spreadsheet-number = { $rows ->
        [one] { $rows } identifier in “{ $field }” was shortened by a spreadsheet, like 1.23E+05; its digits are lost.
       *[other] { $rows } identifiers in “{ $field }” were shortened by a spreadsheet, like 1.23E+05; their digits are lost.
    }
    .hint = Export the file again and drop it as it is. To look at it in a spreadsheet, import that column as text.
diagnosis-exchanged = The values of “{ $field }” and “{ $other }” stand in each other’s column in { $rows ->
        [one] { $rows } row.
       *[other] { $rows } rows.
    }
    .hint = Exchange the two column names in the first line if it is so in all rows, else the cells.
diagnosis-shifted = { $run ->
        [yes] { $rows } rows, from line { $first } to line { $to } without a gap, have more cells than there are columns.
       *[no] { $rows } rows have more cells than there are columns.
    } { $known ->
        [yes] A value of “{ $field }” probably holds the separator and has no quotation marks around it.
       *[no] A value probably holds the separator and has no quotation marks around it.
    }
    .hint = Export again with quotation marks around text, or replace the separator inside these values.
diagnosis-garbled = { $rows ->
        [one] { $rows } row has
       *[other] { $rows } rows have
    } “Ã©” or the like in place of “é”: the file was written as UTF-8 and read as Windows-1252 on its way here.
    .hint = Export it again as “CSV UTF-8” and do not save it in between; if passeur.toml or the schema names an encoding, remove it.
diagnosis-letters-lost = { $rows ->
        [one] { $rows } row has
       *[other] { $rows } rows have
    } the sign “�” in place of letters: they were lost before the file came here.
    .hint = Export it again as “CSV UTF-8” and do not save it in between.

# passeur explain: why an address is a contact.
explain-never = The customer base is empty: no run has taken an export of people yet.
explain-forgotten = { $email } was forgotten on { $day }: nothing of it is taken in or sent any more.
explain-forgotten-may-return = { $email } was forgotten on { $day }: nothing of it is taken in or sent, until a registration or a purchase after that day.
explain-verdict-contact = { $email } is a contact ({ $day }).
explain-verdict-unsubscribed = { $email } is on the unsubscribed list: nothing is sent (CI-63; { $day }).
explain-verdict-kept-out = { $email } is not a contact: today nobody has it who may be written to ({ $day }).
explain-verdict-not-imported = { $email } is not a contact: nothing has imported its persons yet (CI-14; { $day }).
explain-verdict-unknown = { $email } is not a contact: nobody in the customer base has it ({ $day }).
explain-shown = Record shown: person { $person } of account { $account }, { $name }: { $why }
explain-why-only = nobody else competes for the address
explain-why-owner = an owner comes before a member
explain-why-newest-account = the account has the newest registration or purchase
explain-why-lowest-account = the accounts are equal, and this one has the lowest number
explain-why-lowest-person = the lowest person of the account
explain-why-last-row = nobody has the address any more, and its last row is kept
explain-archived = Archived (CI-24): in no group of an activity or membership (CI-26).
explain-consent = Consent: { $day }, through { $row } (CI-52, CI-53).
explain-no-consent = No consent: no registration and no purchase leads here (CI-58).
explain-customers = In the customers group because of { $because } (CI-35).
explain-persons = Who has the address
explain-role-owner = owner
explain-role-member = member
explain-person = person { $person } of account { $account } ({ $role }), { $name }: { $state }
explain-imported = imported on { $day } by { $row } ({ $rule })
explain-imported-created = imported on { $day }, when it was created ({ $rule })
explain-not-imported = never imported: no recent registration, no active membership (CI-14)
explain-kept-out-child = a child, never written to (CI-04, CI-06)
explain-kept-out-unknown-age = of unknown age, so not written to
explain-kept-out-placeholder = a placeholder owner (“Parent of …”), not written to
explain-kept-out-no-address = has no address (CI-01)
explain-rows = Rows that lead here
explain-row = { $day }  { $row }  { $title } ({ $through }): { $state }
explain-through-holder = of person { $person }
explain-through-owner = of person { $person }, through the owner, CI-02
explain-row-live = live
explain-row-vanished = no longer in the export: keeps what it gave
explain-row-expired = expired: keeps its place
explain-row-frozen = cancelled after its activity: keeps its place (CI-30)
explain-row-unregistered = cancelled: its places have ended (CI-29)
explain-row-not-active = not active: gives no place (CI-14)
explain-row-cancelled-first = cancelled when it was first seen: does not count (CI-55)
explain-row-too-old = older than the window on the first day: does not count (CI-11)
explain-more-rows = { $count ->
        [one] and { $count } older row
       *[other] and { $count } older rows
    }
explain-places = Groups of activities and memberships
explain-place = { $group }  { $title }: since { $since }, because of { $because }
explain-place-ended = { $group }  { $title }: ended on { $day }, { $reason }
explain-ended-unregistered = unregistered (CI-29)
explain-ended-archived = archived (CI-26)
explain-ended-address-changed = the address has changed

# Sets: files that are delivered together.
hold-set-incomplete = the set { $set } lacks { $count ->
        [one] a file of the route { $routes }, which it must have
       *[other] files of the routes { $routes }, which it must have
    }: nothing of it is sent. To send it whole, discard these files and drop all exports of the set again, together; to send it without what is missing, release one of its files
set-delivered = Set { $set }: all of it is delivered to { $destination }
set-delivered-with-marker = Set { $set }: all of it is delivered to { $destination }, and the marker { $marker }
set-waits = Set { $set }: nothing of it is visible at { $destination } yet
set-under-way = Set { $set }: not complete at { $destination } yet; the next run goes on with it
status-sets = Sets that are not delivered
status-set-gathering = { $set }, for { $destination }: an export of its run is still in work; the next run goes on with it
status-set-waiting = { $set }, for { $destination }: { $count ->
        [one] its { $count } file goes
       *[other] its { $count } files go together
    } with the next run
status-set-held = { $set }, for { $destination }: waits for #{ $id } { $name }, which is held; nothing of it is sent until that is decided
status-set-committing = { $set }, for { $destination }: some of its files have their names; the next run goes on with the others
status-set-marking = { $set }, for { $destination }: all of its files are there; the next run makes sure of its marker
status-file-of-set = { $rows ->
        [one] #{ $id } { $name }: { $rows } row, for { $destination }, with the set { $set }
       *[other] #{ $id } { $name }: { $rows } rows, for { $destination }, with the set { $set }
    }
decide-set-others = So are the files of the set { $set } that were held with it: { $files }.
decide-set-waits = The set { $set } waits: #{ $id } { $name } is held. `passeur status` says what to do.
decide-set-goes = The set { $set } goes with the next run.

## passeur watch (src/cli/watch.rs)
watch-started = Watching { $inbox }. Ctrl-C or SIGTERM ends it; SIGHUP reads the config again.
watch-run = Run { $run }
watch-waiting = { $files ->
        [one] One file waits for delivery and is tried again in { $seconds } s.
       *[other] { $files } files wait for delivery and are tried again in { $seconds } s.
    }
watch-stuck = { $exports ->
        [one] One export could not be taken or read; it is where it was, and is tried again in { $seconds } s.
       *[other] { $exports } exports could not be taken or read; they are where they were, and are tried again in { $seconds } s.
    }
watch-failed = The run could not go on, and is tried again in { $seconds } s: { $said }
watch-problem = Watching goes on, with more delay: { $detail }
watch-unserved = Watching goes on, and a monitor gets no answer: { $detail }
watch-inbox-made = { $inbox } was gone; it is made again, empty.
watch-reloaded = The config was read again and counts from now on.
watch-not-reloaded = The config was read again and is wrong. The old one goes on. { $detail }
watch-stopped = Stopped by a signal. What is left goes with the next run.

## passeur schedule (src/cli/schedule.rs)
schedule-collect = Exports are taken ({ $expression }, { $zone }):
schedule-collect-always = Exports are taken as soon as they have settled.
schedule-deliver = Files are delivered ({ $expression }, { $zone }):
schedule-deliver-always = Files are delivered as soon as they are made.
schedule-time = { $weekday } { $day } { $month } { $year }, { $time } ({ $offset })
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

# What stopped a run, or an export. The English sentences are those of the errors themselves; a test compares them.
error-io = { $doing } { $path } failed: { $said }. Nothing was lost: exports stay in inbox/ or work/, and the next run goes on
error-export = { $doing } { $path }: { $said }
error-full-makes = route { $route } makes new records (send = "new"): sent again, they would be made twice, so it takes no --full. If the destination has really lost them, give the route another name: what was sent under this one then counts no more
error-full-changes = route { $route } changes records that another route makes (send = "updated"): where they were lost, there is nothing to change, so it takes no --full. Make the records again first
full-no-export = Route { $route } did not send all that it has: no export with rows was taken for it. Drop the newest one again; with --resend, if it came before
full-no-model = Route { $route } did not send all that it has: its model has no rows, or the customer base waits for exports or for a decision
error-busy = another run is working on this project (it holds { $lock }). Wait until it ends; `passeur status` shows what it does
error-unsubscribed-not-set = the list of unsubscribed addresses cannot be read: the config does not say which rows mean "no mail". Under [customer_base], list the values of its status column in `unsubscribed_statuses`, or write `every_row_unsubscribes = true`
error-base-row = a row of { $kind } cannot be entered in the snapshot: column { $column } { $why }. The row check should have refused it: report this
error-model-write = cannot write the rows of model { $name }: { $said }
error-day = day { $day } is out of range: check the clock of this computer
error-store-missing = there is no store at { $path }: nothing has run in this project yet; `passeur run` makes it
error-store-cannot-open = cannot open the store { $path }: { $detail }. Check that the folder exists and that this user may write to it
error-store-newer = the store was written by a newer passeur (its version is { $found }, this program knows { $known }): update passeur
error-store-older = the store was written by an older passeur (its version is { $found }, this program needs { $known }): `passeur run` brings it up to date
error-store-busy = the store is busy: another passeur has been writing for more than { $seconds } s; try again when it is done
error-store-disk-full = the store cannot be written: the disk is full. Free some space; nothing is lost, run again
error-store-damaged = the store is damaged ({ $detail }). Put it back from a backup; do not delete it: it knows which files were already delivered
error-os-not-found = No such file or directory (os error { $code })
error-os-permission-denied = Permission denied (os error { $code })
error-os-storage-full = No space left on device (os error { $code })
error-os-quota-exceeded = Disk quota exceeded (os error { $code })
error-os-read-only = Read-only file system (os error { $code })
error-os-already-exists = File exists (os error { $code })
error-os-not-a-folder = Not a directory (os error { $code })
error-os-a-folder = Is a directory (os error { $code })
doing-archiving = archiving
doing-listening-to-signals-for = listening to signals for
doing-listing = listing
doing-locking = locking
doing-looking-at = looking at
doing-making = making
doing-making-a-folder-in = making a folder in
doing-making-the-folder = making the folder
doing-making-the-lock = making the lock
doing-opening-the-lock = opening the lock
doing-packing = packing
doing-packing-the-files-of-a-set-into = packing the files of a set into
doing-processing = processing
doing-putting-back = putting back
doing-reading = reading
doing-removing = removing
doing-renaming = renaming
doing-syncing = syncing
doing-writing = writing
doing-writing-the-receipt = writing the receipt
## passeur health (src/pipeline/health.rs): one line, so short sentences
health-quiet = nothing waits for a person
health-oldest = oldest last success: { $route }, { $age } ago
health-no-run = no run yet: `passeur run` or `passeur watch` makes the first
health-store-unreadable = the ledger cannot be read: { $detail }
health-store-older = the ledger is of an older version: the next run brings it up to date
health-run-failed = the last run ({ $run }) failed: see its output, and disk, permissions and ledger
health-run-died = run { $run } began and its process is gone: the next run goes on where it stopped
health-route-late = { $route }: no success for { $age } (limit { $limit })
health-route-never = { $route }: no success yet
health-files-held = { $count ->
        [one] one file is held: see `passeur status`
       *[other] { $count } files are held: see `passeur status`
    }
health-customer-base-held = the removal guard holds the customer base: see `passeur status`
health-files-waiting = { $count ->
        [one] one file has waited for { $destination } for { $age }
       *[other] { $count } files have waited for { $destination }, the first for { $age }
    }
health-exports-refused = { $count ->
        [one] one export was refused lately: see the reports
       *[other] { $count } exports were refused lately: see the reports
    }
health-rows-rejected = { $count ->
        [one] one row was rejected lately: see the reports
       *[other] { $count } rows were rejected lately: see the reports
    }
age-seconds = { $count } s
age-minutes = { $count } min
age-hours = { $count } h
age-days = { $count } d

## The inbox (src/cli/show.rs)
left-no-marker = { $name }: waits for its marker { $marker }; it stays in the inbox until that is there

## passeur install-service (src/cli/install_service.rs)
service-written = Written: { $path }
service-unchanged = Unchanged: { $path }
service-other-owner = { $folder } belongs to { $owner }, and the service runs as { $user }: give the folder to that user (chown -R { $user }: …).
service-agent = The destination { $destination } logs in with an agent, and a service has none: use a key, or set SSH_AUTH_SOCK with `systemctl edit`.
service-credential = The secret { $name } comes from the machine’s store of credentials: put it in /etc/credstore/{ $name } (owner root, mode 0600).
service-next = Next:
service-watch = To carry exports across as they come:
service-nightly = Or once a night ({ $times }):
## passeur clean, and the end of a run (src/cli/clean.rs)
clean-nothing = Nothing has been kept longer than [retention] says.
clean-exports = { $count ->
        [one] One archived export:
       *[other] { $count } archived exports:
    }
clean-outbound = { $count ->
        [one] One copy of an outbound file:
       *[other] { $count } copies of outbound files:
    }
clean-receipts = { $count ->
        [one] One receipt:
       *[other] { $count } receipts:
    }
clean-reports = { $count ->
        [one] The reports of one run:
       *[other] The reports of { $count } runs:
    }
clean-dry-run = Nothing was removed.
clean-removed = Removed, as kept long enough: exports { $exports }, copies of outbound files { $outbound }, receipts { $receipts }, reports of runs { $reports }. What was sent is remembered.

## passeur forget (src/cli/forget.rs)
forget-not-an-address = that is not an e-mail address: write it in full, such as jane@example.org
forget-no-return = --allow-return needs a customer base: without one, nothing tells a new registration from the old rows. Nothing was done.
forget-since = This address is forgotten since { $day }.
forget-found = The person is in
forget-found-nothing = The person is nowhere in what the project keeps.
forget-found-files = { $place }: { $files ->
        [one] one file
       *[other] { $files } files
    }, { $rows ->
        [one] one row
       *[other] { $rows } rows
    }
forget-found-rows = the store: { $rows ->
        [one] one row
       *[other] { $rows } rows
    }
forget-goes-whole = goes as a whole, because it cannot be written without the person: { $path }
forget-foreign = not passeur’s, so it stays; remove or correct it yourself: { $path }
forget-closed = cannot be looked into, so it stays; look yourself: { $path }
forget-delivered = Delivered with the person in it, which cannot be recalled. Ask the partners to erase it (destination, file, day):
forget-still-there = (still in its folder)
forget-copies-gone = { $count ->
        [one] Of one delivered file, our copy was removed earlier; nobody can tell here whether the person was in it.
       *[other] Of { $count } delivered files, our copies were removed earlier; nobody can tell here whether the person was in them.
    }
forget-blocked = Nothing was erased: files that name the person are still on their way. Decide on them, then run this command again.
forget-blocked-held = #{ $id } { $name } is held: passeur discard { $id } --reason "…", or passeur release { $id } and passeur run
forget-blocked-waiting = #{ $id } { $name } waits for delivery: passeur run
forget-blocked-work = { $path } was left by an interrupted run: passeur run
forget-dry-run = Nothing was erased.
forget-ask = Erase all of it, for ever? Type yes or no:
forget-refused = Nothing was erased. In a script, after a look at --dry-run: --yes
forget-head-place = place
forget-head-found = found
forget-head-erased = erased
forget-head-left = left
forget-place-exports = archived exports
forget-place-outbound = copies of delivered files
forget-place-reports = reports and rejected rows
forget-place-work = work folder
forget-place-other = receipts and profiles
forget-place-inbox = inbox
forget-place-foreign = other people’s files in our folders
forget-place-tables = rows of the store
forget-place-bytes = bytes of the store’s files
forget-receipts = { $count ->
        [one] One receipt says now what was erased.
       *[other] { $count } receipts say now what was erased.
    }
forget-done = Everything was searched again: nothing is left here.
forget-left = Everything was searched again: something is left. See above for what is not passeur’s to erase; for the rest, end other passeur commands and run this one again.
forget-later = From now on no run takes the address in or sends it. Erase the person at Amilia too, or the next export brings it into the archive again.
forget-later-return = From now on no run takes the address in or sends it, until the person registers again. Erase the person at Amilia too, or the next export brings it into the archive again.
forget-later-unsubscribed = From now on no run takes the address in or sends it. It is unsubscribed, so that it does not come back even if the person registers again. Erase the person at Amilia too, or the next export brings it into the archive again.

# What routes expect and did not receive (src/pipeline/expect.rs).
unmet-title = Expected, and not received
unmet-overdue = Route { $route }: no export came { $until ->
        [day] on { $weekday } { $day } { $month }
       *[time] by { $time } on { $weekday } { $day } { $month }
    }{ $count ->
        [1] {"."}
       *[other] , { $count } expected days in a row now.
    }{ $instead ->
        [refused] {" "}What came ({ $name }) was refused.
        [repeated] {" "}What came ({ $name }) has the content of an earlier one.
       *[nothing] {""}
    }{ $since ->
        [later] {" "}A later one came since.
        [came] {""}
       *[nothing] {" "}See why it was not made, or not put in the inbox.
    }
unmet-empty = Route { $route }: what came last ({ $name }) is empty. Nothing was sent of it. Drop a whole export; if none is right, let `rows` of `expect` begin with 0
unmet-rows = Route { $route }: what came ({ $name }) has { $rows } rows; { $range } are expected. { $file ->
        [held] Its file is held. If it is right: passeur release { $id }
       *[none] It gave no file. If it is right, change `rows` of `expect`
    }
unmet-change = Route { $route }: what came ({ $name }) has { $rows } rows, after { $before }: { $share } { $way ->
        [fewer] fewer
       *[more] more
    }, and { $limit } pass. { $file ->
        [held] Its file is held. If it is right: passeur release { $id }
       *[none] It gave no file. If it is right, raise `change_max` of `expect`
    }
hold-outside-empty = route { $route } received an empty export
hold-outside-rows = { $rows } rows for route { $route }, which expects { $range } (`rows` of `expect`). Was an export cut off, or is it another one? Discard the file, and drop the right one. If it is right: passeur release NUMBER (`passeur status` shows it), and change `rows`
hold-outside-change = { $rows } rows, after { $before } the last time on route { $route }: { $share } { $way ->
        [fewer] fewer
       *[more] more
    }, and { $limit } pass (`change_max` of `expect`). Was an export cut off, or is it another one? Discard the file, and drop the right one. If it is right: passeur release NUMBER (`passeur status` shows it); the next one is compared with it
file-later = { $rows ->
        [one] { $name }: { $rows } row, goes to { $destination } at its time (`passeur schedule`)
       *[other] { $name }: { $rows } rows, goes to { $destination } at its time (`passeur schedule`)
    }
schedule-deliver-route = Files of the route { $route } are delivered ({ $expression }, { $zone }):
schedule-expect = An export for the route { $route } is expected by ({ $expression }, { $zone }):
calendar-title = Expected and received, up to { $weekday } { $day } { $month } { $year }
calendar-in-time = in time
calendar-late = late
calendar-missing = missing
calendar-outside = not as many rows as expected
calendar-empty = empty
calendar-awaited = still to come
calendar-not-expected = none expected
calendar-expected = by { $terms }
weekday-short-1 = Mo
weekday-short-2 = Tu
weekday-short-3 = We
weekday-short-4 = Th
weekday-short-5 = Fr
weekday-short-6 = Sa
weekday-short-7 = Su
## Notifications (src/notify, src/cli/notify.rs)
notify-channel-email = e-mail
notify-channel-webhook = webhook
notify-subject = [{ $project }] { $headline }
notify-subject-reminder = [{ $project }] reminder: { $headline }
notify-count-failed = the run failed
notify-count-held = { $count ->
        [one] { $count } file held
       *[other] { $count } files held
    }
notify-count-base = the customer base is held
notify-count-refused = { $count ->
        [one] { $count } export refused
       *[other] { $count } exports refused
    }
notify-count-waiting-exports = { $count ->
        [one] { $count } export not processed
       *[other] { $count } exports not processed
    }
notify-count-not-delivered = { $count ->
        [one] { $count } file not delivered
       *[other] { $count } files not delivered
    }
notify-count-expectations = { $count ->
        [one] { $count } thing not as expected
       *[other] { $count } things not as expected
    }
notify-count-left = { $count ->
        [one] { $count } entry left in the inbox
       *[other] { $count } entries left in the inbox
    }
notify-count-rejected = { $count ->
        [one] { $count } row rejected
       *[other] { $count } rows rejected
    }
notify-count-delivered = { $count ->
        [one] { $count } file delivered
       *[other] { $count } files delivered
    }
notify-count-nothing = nothing needs you
notify-error = The run could not go on; nothing was lost, and the next run goes on:
notify-held = Held: not sent before you decide
notify-waiting = Not delivered yet: the next run tries again
notify-sets = Sets that are not delivered
notify-set = { $set }, for { $destination }
notify-base = Customer base
notify-base-still-held = The removal guard still holds it: nothing of it is sent. `passeur status` says why. Drop the whole exports; or, if it is right: passeur release customer-base
notify-base-rejected = { $count ->
        [one] { $count } row that cannot be sent
       *[other] { $count } rows that cannot be sent
    }
notify-expectations = Not as expected
notify-left = Left in the inbox
notify-exports = Exports
notify-export-accepted = { $file }: { $rows ->
        [one] { $rows } row, { $accepted } accepted, { $rejected } rejected
       *[other] { $rows } rows, { $accepted } accepted, { $rejected } rejected
    }
notify-export-refused = { $file }: refused, nothing of it was used
notify-export-already-processed = { $file }: the same content was processed before, nothing is sent again
notify-export-put-back = { $file }: was being written; it goes with the next run
notify-export-parked = { $file }: waits for an export of people
notify-export-failed = { $file }: could not be processed; the next run tries again
notify-rejected-file = its rejected rows, to correct and drop again:
notify-delivered = Delivered
notify-remarks = To know
notify-more = { $count ->
        [one] … and { $count } more
       *[other] … and { $count } more
    }
notify-missed = Not told by this channel, because it failed; the reports of these runs say what was
notify-failing = Notification by { $channel } fails since { $since }:
notify-failing-next = To try it: passeur notify --test
notify-reports = Reports:
notify-folder = Folder of the project:
notify-run = Run { $run }, { $at }.
notify-at = { $at }.
notify-once-a-day = What waits for you is told again once a day.
notify-test = this is a test
notify-test-about = Somebody gave the command passeur notify --test. There is nothing to do.
notify-sent = Notification sent by { $channel }.
notify-sent-partly = Notification sent by { $channel }, but the server refused these addresses; correct `to`: { $addresses }
notify-failed = Notification by { $channel } FAILED:
notify-none = Nobody is told: passeur.toml has neither [notify.email] nor [notify.webhook].
notify-fail-secret = { $detail }
notify-fail-ca = the certificates of `ca_file`, { $path }, cannot be used: { $detail }
notify-fail-address = an address cannot be used for mail: { $detail }. Correct `from` or `to`
notify-fail-connect = no connection to { $server }: { $detail }. Check `host` and `port`, and whether a firewall lets this machine out
notify-fail-broken = the connection to { $server } broke: { $detail }. The next run tries again
notify-fail-no-answer = { $server } does not answer in time. Check `url`; a slow server needs a longer `timeout`
notify-fail-mail-silent = { $server } does not answer in time. Check `host`, `port` and `tls`: port 465 wants tls = "implicit". A slow server needs a longer `timeout`
notify-fail-overdue = the server did not answer within `timeout`. Check its address and port, and `tls`; a slow server needs a longer `timeout`
notify-fail-not-mail = { $server } does not answer like a mail server. Check `port` and `tls`
notify-fail-no-starttls = { $server } offers no STARTTLS, and nothing is sent in clear. Port 465 wants tls = "implicit"
notify-fail-tls = no protected line to { $server }: { $detail }. A certificate of an authority of your own is named in `ca_file`; a port that expects STARTTLS wants tls = "required"
notify-fail-login-none = { $server } offers no login with a password. Remove `username` and `password`, or ask for the port for sending mail (587)
notify-fail-login = { $server } refused the login (code { $code }). Check `username` and the secret that `password` names
notify-fail-refused = { $server } refused the mail (code { $code }): { $detail }. Check `from`, `to` and whether this login may send for `from`
notify-fail-busy = { $server } does not take mail now (code { $code }): { $detail }. The next run tries again
notify-fail-hook-url = the address of the webhook { $detail }
notify-fail-hook-header = the address or the token of the webhook holds what no request can carry. Check `url` and `token`
notify-fail-hook-connect = no connection to { $server }: { $detail }. Check `url`, and whether a firewall lets this machine out
notify-fail-hook-tls = no protected line to { $server }: { $detail }. A certificate of an authority of your own is named in `ca_file`
notify-fail-not-web = { $server } does not answer like a web server. Check `url`
notify-fail-hook-redirect = { $server } sends the post elsewhere (status { $code }), and passeur does not follow. Write the address that it names in `url`
notify-fail-hook-login = { $server } refused the post (status { $code }). Check `token`, or the secret in `url`
notify-fail-hook-busy = { $server } could not take the post (status { $code }). The next run tries again
notify-fail-hook-status = { $server } refused the post (status { $code }). Check `url`

# What happened at a destination (src/delivery/said.rs)
delivery-at = destination { $destination }: { $said }
delivering-connecting = connecting
delivering-logging-in = logging in
delivering-opening-folder = opening the folder
delivering-looking = looking at a name
delivering-uploading = uploading
delivering-reading-back = reading the file back
delivering-renaming = renaming
delivering-removing = removing a temporary file
delivering-listing = listing the folder
delivering-bytes = { $count ->
        [one] { $count } byte
       *[other] { $count } bytes
    }
delivering-sha256 = SHA-256 { $hash }
delivering-by-password = password
delivering-by-key = key
delivering-by-agent-keys = keys of the agent
delivering-no-agent-socket = SSH_AUTH_SOCK is not set
delivering-no-algorithm = this build knows no host key algorithm
delivering-unresolved = the name cannot be resolved ({ $detail })
delivering-no-address = the name has no address
delivering-line-empty = it is empty
delivering-line-marker = its marker is neither @revoked nor @cert-authority
delivering-line-no-host = it names no host
delivering-line-no-key = it has no key
delivering-line-no-key-or-type = it has no key, or no key type
delivering-line-key-not-base64 = its key is not valid base64
delivering-line-other-type = its key is not of the type that it names
delivering-line-name-not-base64 = its hashed name is not valid base64
delivering-line-name-cut = its hashed name is cut short
delivering-line-name-unknown = its name is hashed in a way that is not known
delivery-known-hosts-line = { $file }, line { $line }: { $why }; the line is left out, the others count
delivery-receipt-not-written = { $name } was delivered, but its receipt cannot be written to { $path }: { $detail }. The next run writes it
delivery-receipt-not-durable = the folder { $path } cannot be synced: { $detail }. The receipts in it are written again by the next run
delivery-cannot-connect = cannot connect to { $address }: { $detail }. Check host and port, and that this machine is let through; the files wait for the next run
delivery-timed-out = no answer within { $seconds } s while { $doing }. The files wait for the next run; if the server is slow, raise `timeout`
delivery-connection-lost = the connection broke while { $doing } ({ $detail }). The files wait for the next run
delivery-no-common-algorithm = the server and passeur have no algorithm in common ({ $detail }). Old servers offer only ssh-rsa (SHA-1) keys or SHA-1 key exchange, which passeur does not use: ask the partner to offer rsa-sha2-256, ecdsa or ed25519 keys and a curve25519, ecdh or SHA-2 group key exchange
delivery-host-key-unknown = the host key of { $host } is not known: { $type } { $fingerprint }{ $kind ->
        [none] {""}
       *[other] {" "}({ $file }, line { $line }, has a key of the type { $kind } for it, which the server no longer shows)
    }. Compare the fingerprint with the one the partner gave you; if it is theirs, run `passeur trust { $destination }`, or add `host_keys = ["{ $fingerprint }"]` to the destination, or this line to { $file }: { $said }
delivery-host-key-not-listed = { $host } shows a host key that `host_keys` does not list: { $fingerprint } (listed: { $said }). Nothing was sent. Ask the partner whether they changed the key; if they did, add the new fingerprint beside the old one
delivery-host-key-changed = THE HOST KEY OF { $host } HAS CHANGED: it is now { $type } { $fingerprint }, but { $file }, line { $line }, has another one. Somebody may be listening in. Nothing was sent. Ask the partner; only if they confirm the new fingerprint, replace that line
delivery-host-key-revoked = the host key of { $host }, { $fingerprint }, is revoked in { $file }, line { $line }. Nothing was sent. Ask the partner for their new host key
delivery-host-key-authority = { $file }, line { $line }, trusts a certificate authority (@cert-authority) for { $host }; passeur does not check host certificates. Pin the server’s own key instead: `host_keys = ["{ $fingerprint }"]`, after comparing it with the one the partner gave you
delivery-known-hosts-unreadable = cannot read { $file }: { $detail }. It holds the host keys that you trust
delivery-known-hosts-unwritable = cannot write { $file }: { $detail }. The server let us in, but its key is not recorded
delivery-login-refused = the server refused the login of { $user } with { $method } (it accepts: { $accepted }). Check the user name and the { $method }
delivery-method-refused = the server does not accept { $method } for { $user }; it accepts: { $accepted }. Change `auth` of the destination, or ask the partner
delivery-key-unreadable = cannot read the private key { $path }: { $detail }
delivery-passphrase-missing = the private key { $path } has a passphrase: name it with `passphrase` in the destination (env or file)
delivery-passphrase-wrong = the passphrase does not open the private key { $path }: check the secret that `passphrase` names
delivery-key-unusable = { $path } is no private key that passeur can use ({ $detail }). It takes OpenSSH and PEM keys of the types ed25519, ecdsa and rsa; a PuTTY key (.ppk) must be converted: puttygen KEY.ppk -O private-openssh -o KEY
delivery-agent-unavailable = no SSH agent answers ({ $detail }): start one and set SSH_AUTH_SOCK, or use a key file
delivery-agent-empty = the SSH agent holds no key: add one with ssh-add
delivery-secret-not-set = the environment variable { $name }, which the config names for a secret, is not set
delivery-secret-not-text = the environment variable { $name }, which the config names for a secret, is empty or not valid Unicode
delivery-secret-no-credential = neither the environment variable { $name } nor a credential of the service with that name holds a secret of this destination: put it in /etc/credstore/{ $name } (owner root, mode 0600) and start the service again
delivery-secret-unreadable = cannot read the secret file { $path }: { $detail }
delivery-secret-not-private = the secret file { $path } can be read by others (mode { $mode }): chmod 600 it, and change the secret if others have an account here
delivery-secret-not-a-secret = the secret file { $path } is empty, larger than 64 KiB, or not UTF-8 text
delivery-no-sftp = the server lets us log in but offers no SFTP ({ $detail }). Ask the partner to switch SFTP on for this user
delivery-folder-missing = there is no folder { $folder } there. Check `folder`, or ask the partner to make it
delivery-folder-not-made = cannot make the folder { $folder }: { $detail }
delivery-permission-denied = permission denied while { $doing } in { $folder }. This user needs the right to write, rename and read there: give it, or ask the partner to
delivery-name-taken = { $name } is there already, and passeur did not put it there under this delivery. Nothing was replaced. Find out who did; then discard ours, or release it under another name (`passeur status` says how)
delivery-disk-full = no space is left in { $folder }. Free some there, or ask the partner to
delivery-no-safe-rename = the file system of { $folder } can neither link nor rename without replacing, so a file could be overwritten unseen. Use a folder on a local disk (ext4, XFS, Btrfs, APFS, NTFS)
delivery-verify-failed = the uploaded file is not what was sent: { $found }, expected { $expected }. It was not renamed; the next run uploads it again
delivery-gone = the file is gone at the destination ({ $name }) while { $doing }. The next run uploads it again
delivery-refused = the server refused while { $doing } in { $folder }: { $detail }. Its SFTP protocol says no more; common causes are a quota, a name it does not allow, or a full disk. Ask the partner
delivery-staged-unreadable = cannot read the staged file: { $detail }
delivery-staged-changed = the staged file { $path } differs from what the ledger has; it was changed after it was made. Discard it and send the export again
delivery-address-changed = the file was under way to { $before }, and the destination is now { $after }; whether it arrived there cannot be asked any more. Look there, then release or discard it
delivery-interrupted = stopped by a signal before it was done. The next run goes on where this one stopped
delivery-uncertain = after a lost answer, { $name } at the destination has { $found ->
        [one] { $found } byte
       *[other] { $found } bytes
    }, and ours has { $expected }. Look at it, then release or discard ours
delivery-vanished = the server answered the rename with an error, and neither the temporary file nor { $name } is there: either it was renamed and picked up at once, or something removed it. Ask the partner whether they have it, then release or discard ours. The error was: { $detail }
delivery-cannot-rename = the probe of { $since } found that this server does not rename, and nothing may appear there under its own name before it is whole. Nothing was sent. Ask the partner to allow it; then `passeur probe` again
delivery-cannot-read-back = the probe of { $since } found that nothing can be read back there, which verify = "content" needs. Nothing was sent. Use verify = "size", or ask the partner to allow reading; then `passeur probe` again
delivery-set-held = it is delivered with the set { $set }, of which { $name } (#{ $id }) is held: nothing of the set is sent until that is decided (`passeur status` says how)
delivery-set-not-ready = it is delivered with the set { $set }, of which { $name } is not ready: { $said }
delivery-earlier-waits = it waits for { $name } (#{ $id }), which was made earlier for the same route and is not delivered yet: the files of a route get their names in order. The next run goes on with both; if that one can never arrive: passeur discard { $id } --reason "…"
delivery-earlier-unresolved = it waits for { $name } (#{ $id }), which was made earlier for the same route: its rename was begun, and whether it arrived is not known yet. The next run looks there, and goes on with both; what it cannot tell, it holds for a decision (`passeur status` says how)
delivery-earlier-set-waits = an earlier set { $set } is not delivered yet: the sets of one name become visible in order. The next run goes on with both
delivery-not-in-config = the config has no such destination any more: put it back, and the next run delivers the file
delivery-set-gathers = it is delivered with the set { $set }, and an export of its run is still in work: the next run goes on with it
delivery-set-unpacked = it goes inside the archive of the set { $set }, which is not made yet: the next run makes it
delivery-marker-there = the marker { $marker } of an earlier set is there still: the partner has not taken that one yet. The set { $set } waits for the next run
trust-other-type = ({ $file }, line { $line }, has a key of the type { $type } for it, which the server no longer shows)
hold-no-safe-rename = the file system of { $detail } can neither link nor rename without replacing, so a file could be overwritten unseen. Use a folder on a local disk (ext4, XFS, Btrfs, APFS, NTFS), then release the file
hold-vanished = { $destination } answered the rename with an error, and neither the temporary file nor { $name } is there: either it was renamed and picked up at once, or something removed it. Ask the partner whether they have it: discard ours if they do, release it if they do not. The server said: { $detail }
held-overtaken = later files of its route have been delivered since ({ $count }): released, it reaches the platform after them
decide-discarded-on-the-way = Part of it may lie at { $destination } under the temporary name { $temporary }: no platform reads that. Have it removed there.
health-state-ok = ok
health-state-attention = attention
health-state-critical = critical
health-line = { $state }: { $said }
plan-waiting-held = { $rows ->
        [one] would HOLD { $name }: { $rows } row from an earlier run, for { $destination }
       *[other] would HOLD { $name }: { $rows } rows from an earlier run, for { $destination }
    }
health-expected-unmet = not received as expected, by route: { $routes } (see `passeur status`)
health-notification-failing = { $channel } has failed for { $age }: see `passeur status`
