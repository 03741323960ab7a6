"""Writes the customer files beside it: the same kinds of made-up customers in many shapes.

    pip install openpyxl==3.1.5 odfpy==1.4.1 && python3 make.py

All people and firms are invented. Workbooks are written by openpyxl and odfpy, not by Interdict.
"""

import datetime
import json
import pathlib

HERE = pathlib.Path(__file__).parent


def write(name, text, encoding="utf-8", newline="\n"):
    (HERE / name).write_bytes(text.replace("\n", newline).encode(encoding))


def bytes_(name, data):
    (HERE / name).write_bytes(data)


DE = """KdNr;Name;Vorname;Geburtsdatum;Land;Kundenart
1001;Müller;Jürgen;31.12.1958;Deutschland;Privat
1002;Größmann;Käthe;04.07.1971;Österreich;Privatperson
1003;Schröder & Söhne GmbH;;;Deutschland;Firma
1004;Weiß;Hans u. Maria;23.02.1964;Schweiz;Privat
1005;Bäckerei Übersee;;;Deutschland;GmbH
"""
write("01-german-excel.csv", DE, "cp1252", "\r\n")
write("02-german-utf8-bom.csv", DE, "utf-8-sig", "\r\n")
write("03-german-utf16.txt", DE.replace(";", "\t"), "utf-16", "\r\n")
write("04-german-utf16be.txt", DE.replace(";", "\t"), "utf-16-be", "\r\n")

PL = """Nr klienta;Nazwisko;Imię;Data urodzenia;Kraj;Rodzaj
1;Wiśniewski;Łukasz;1980-05-17;Polska;osoba fizyczna
2;Dąbrowska;Małgorzata;1975-11-02;Polska;osoba fizyczna
3;Zakład Źródło sp. z o.o.;;;Polska;osoba prawna
4;Szczęsny;Stanisław;1962-01-30;Niemcy;osoba fizyczna
"""
write("05-polish-1250.csv", PL, "cp1250", "\r\n")
RU = """Код клиента;ФИО;Дата рождения;Гражданство;Тип
501;Иванов Пётр Сергеевич;23.08.1969;Россия;физлицо
502;Щербакова Анна Ильинична;05.11.1984;Казахстан;физлицо
503;ООО "Северный путь";;Россия;юрлицо
"""
write("06-russian-1251.csv", RU, "cp1251", "\r\n")
CZ = """Číslo klienta,Příjmení,Jméno,Datum narození
1,Dvořák,Jiří,1.2.1950
2,Růžičková,Žofie,28.4.1988
3,Šťastný,Ondřej,15.9.1979
"""
write("07-czech-1250.csv", CZ, "cp1250", "\n")
HU = """Ügyfélszám;Név;Születési dátum
1;Kővári Győző;1955.03.15.
2;Szűcs Erzsébet;1968.10.02.
3;Fűzfa Lőrinc;1991.07.30.
"""
write("08-hungarian-1250.csv", HU, "cp1250", "\r\n")
write(
    "09-french-1252.csv",
    """N° client;Civilité;Nom;Prénom;Né(e) le;Nationalité
1;Mme;Lefèvre;Hélène;14/07/1966;France
2;M.;Crête;Benoît;01/02/1959;Belgique
3;Mme;Guérin née Besançon;Zoé;30/11/1972;Française
""",
    "cp1252",
    "\r\n",
)
write(
    "10-spanish.csv",
    """Número de cliente;Nombre;Primer apellido;Segundo apellido;Fecha de nacimiento;País
1;Begoña;Muñoz;Ibáñez;25/12/1960;España
2;José y María;Peña;López;13/01/1958;México
""",
)
write(
    "11-american.csv",
    """Customer ID,First Name,Last Name,DOB,Country,Type
A-1,John,Smith,12/31/1958,US,Individual
A-2,Mary,"O'Neil, Jr.",2/3/1961,US,individual
A-3,,"Acme Widgets, Inc.",,US,CORP
""",
)
write("12-tabs.tsv", "id\tfull name\tbirth date\tcountry\n7\tAnn \"Annie\" Lee\t1980\tGB\n8\tBo Ek\t1981-02\tSE\n")
write("13-pipes.txt", "CUSTOMER_NO|CUSTOMER_NAME|COUNTRY|ENTITY_TYPE\n1|SMITH JOHN MR|GB|P\n2|SMITH AND JONES LTD|GB|C\n")
write("14-title-above.csv", "Kundenliste Filiale Süd;;;\nStand: 30.06.2026;;;\n;;;\nKundennummer;Kontoinhaber;Geb. Datum;Land\n1;Alt Hans;17.03.1950;DE\n2;Neu Eva;1.4.1960;AT\n")
write("15-separator-line.csv", "sep=;\nid;name;dob\n1;Lee, Ann;13.05.1980\n2;Ek, Bo;14.06.1981\n", "utf-8", "\r\n")
write("16-names-only.txt", "Jürgen Müller\nKäthe Größmann\nSchröder & Söhne GmbH\n")
write("17-no-headings.csv", "1,Ann Lee,1980-01-02\n2,Bo Ek,1981-02-03\n3,Cy Fox,1982-03-04\n")
write("18-unknown-headings.csv", "A;B;C\nx1;Ann Lee;Wien\nx2;Bo Ek;Bern\n")
write("19-no-day-above-12.csv", "id,name,date of birth\n1,Ann Lee,03/04/1980\n2,Bo Ek,05/06/1981\n3,Cy Fox,07/07/1982\n")
write("20-dates-disagree.csv", "id,name,dob\n1,Ann Lee,31/04/1980\n2,Bo Ek,05/16/1981\n3,Cy Fox,17/07/1982\n")
write("21-one-letter.csv", "Nr;Name\n1;Peña\n2;Schmidt\n", "cp1252", "\r\n")
write("22-day-numbers.csv", "id;name;birth date\n1;Ann Lee;29222\n2;Bo Ek;29620\n3;Cy Fox;21550\n")
write("23-compact-dates.csv", "id;name;geburtsdatum\n1;Lee Ann;31121958\n2;Ek Bo;01021960\n")
write("24-two-digit-years.csv", "id;name;geburtsdatum\n1;Lee Ann;31.12.58\n2;Ek Bo;01.02.21\n")
write(
    "25-one-column-parties.csv",
    """Kontonr;Kontoinhaber;Typ
1;Müller Hans u. Maria;privat
2;Herrn Dr. Hans Alt;privat
3;Neu Eva geb. Alt;privat
4;Erbengemeinschaft nach Udo Jung;
5;Jung Ida c/o Kanzlei Recht;privat
6;Max Bauer t/a Bauer Möbel;privat
7;Hans Groß als Treuhänder für Klein AG;
8;Hans Alt Sparkonto 2;privat
9;† Otto Winter;privat
10;Marks und Söhne OHG;Ges.
""",
)
write(
    "26-letters.csv",
    """id;name;type
1;MÃ¼ller JÃ¼rgen;Person
2;M?ller Hans;Person
3;MUELLER HANS;Person
4;Иванов Иван (Ivanov Ivan);Person
5;International Trading and Shipping L;Company
6;ÐÐ²Ð°Ð½Ð¾Ð² ÐÐµÑ‚Ñ€;Person
""".replace("6;ÐÐ²Ð°Ð½Ð¾Ð² ÐÐµÑ‚Ñ€;Person\n", ""),
)
write("27-arabic.csv", "رقم العميل,الاسم,الجنسية,تاريخ الميلاد\n1,محمد علي حسن,مصر,1970-05-06\n2,فاطمة أحمد,الأردن,1981-12-24\n")
write("28-chinese.csv", "客户编号,姓名,国籍,出生日期,类型\n1,王伟,中国,1970-05-06,个人\n2,北方贸易有限公司,中国,,公司\n")
write("29-japanese.csv", "顧客番号,氏名,カナ氏名,生年月日,区分\n1,田中太郎 様,タナカ タロウ,1970年5月6日,個人\n2,株式会社北,カ)キタ,,法人\n")
write("30-turkish.csv", "Müşteri No;Ad Soyad;Doğum Tarihi;Uyruk\n1;Ayşe Yılmaz;29.10.1973;Türkiye\n2;Çağrı Öztürk;05.06.1980;Türkiye\n")
write(
    "31-sap.csv",
    """"PARTNER";"NAME1";"NAME2";"LAND1";"STCEG"
"0000100017";"Muster Handels";"gesellschaft mbH";"DE";"DE123456789"
"0000100018";"Alt ""Antik"" Möbel";"";"AT";""
""",
)
write("32-apostrophes.csv", "'id';'name';'country'\n'1';'Lee; Ann';'GB'\n'2';'Ek Bo';'SE'\n'3';'Fox Cy';'US'\n")
write("33-old-mac.csv", "id,name,country\n1,Ann Lee,GB\n2,Bo Ek,SE\n", "utf-8", "\r")
write(
    "34-json-lines.jsonl",
    "".join(
        json.dumps(o, ensure_ascii=False) + "\n"
        for o in [
            {"customerId": "c1", "fullName": "Ann Lee", "dateOfBirth": "1980-01-02", "countries": ["GB", "US"], "aliases": ["Annie Lee"]},
            {"customerId": "c2", "fullName": "Nordwind AG", "type": "company", "address": {"country": "CH", "city": "Basel"}},
        ]
    ),
)
write(
    "35-ftm.json",
    "".join(
        json.dumps(o) + "\n"
        for o in [
            {"id": "p-1", "schema": "Person", "properties": {"name": ["Ann Lee"], "birthDate": ["1980-01-02"], "nationality": ["gb"]}},
            {"id": "c-1", "schema": "Company", "properties": {"name": ["Nordwind AG"], "country": ["ch"]}},
        ]
    ),
)
write(
    "36-ragged.csv",
    "id;name;land\n1;Ann Lee;GB\n2;Bo;Ek;SE\n3;Cy Fox\n4;\"Di Gold;FR\n5;Ed Hill;GB\"\n6;-;GB\n7;;GB\n8;Flo Inn;GB\n",
)
write("37-key-twice.csv", "customer id,name\n1,Ann Lee\n2,Bo Ek\n1,Cy Fox\n")
write("38-ships.csv", "IMO number,Vessel name,Flag,Type\n9074729,EVER SAMPLE,Panama,Vessel\n,NORTH STAR,Liberia,Ship\n")
cut = "".join(f"{n};{name[:30]}\n" for n, name in enumerate(
    ["International Trading and Shipping Company", "Anna-Maria Magdalena Hohenstein-Waldburg", "Bo Ek",
     "Northern Lights Maritime Services Ltd", "Christopher Alexander Featherstonehaugh", "Cy Fox"], 1))
write("39-cut-at-30.csv", "id;name\n" + cut)
write("40-titles.csv", "Nr;Anrede;Titel;Vorname;Nachname;Geburtsname\n1;Frau;Dr.;Eva;Neu;Alt\n2;Herr;;Udo;Jung;\n3;Firma;;;Nordwind;\n4;Herr und Frau;;Max und Ida;Bauer;\n")

# Workbooks.
import openpyxl
from openpyxl.styles import Font

FIXED = datetime.datetime(2026, 1, 2, 3, 4, 5)


def save(book, name):
    book.properties.created = FIXED
    book.properties.modified = FIXED
    book.save(HERE / name)


book = openpyxl.Workbook()
sheet = book.active
sheet.title = "Kunden"
sheet.append(["KdNr", "Name", "Vorname", "Geburtsdatum", "Land", "Kundenart"])
sheet.append([1001, "Müller", "Jürgen", datetime.date(1958, 12, 31), "DE", "Privat"])
sheet.append([1002, "Größmann", "Käthe", datetime.date(1971, 7, 4), "AT", "Privat"])
sheet.append([1003, "Schröder & Söhne GmbH", None, None, "DE", "Firma"])
for cell in sheet[1]:
    cell.font = Font(bold=True)
for row in sheet.iter_rows(min_row=2, min_col=4, max_col=4):
    row[0].number_format = "DD.MM.YYYY"
save(book, "50-dates-as-dates.xlsx")

book = openpyxl.Workbook()
sheet = book.active
sheet.title = "Export"
sheet["A1"] = "Client list"
sheet.merge_cells("A1:F1")
sheet["B3"] = "Name"
sheet.merge_cells("B3:C3")
for column, text in zip("ABCDEF", ["Client No", "First", "Last", "Date of birth", "Country", "Balance"]):
    sheet[f"{column}4"] = text
for n, row in enumerate([("c1", "Ann", "Lee", "13/05/1980", "GB", 10.5), ("c2", "Bo", "Ek", "01/02/1981", "SE", 7)], 5):
    for column, value in zip("ABCDEF", row):
        sheet[f"{column}{n}"] = value
save(book, "51-merged-headings.xlsx")

book = openpyxl.Workbook()
one = book.active
one.title = "Private"
one.append(["Customer ID", "Name"])
one.append(["1", "Ann Lee"])
two = book.create_sheet("Firms")
two.append(["Customer ID", "Company name"])
two.append(["2", "Nordwind AG"])
save(book, "52-two-sheets.xlsx")

book = openpyxl.Workbook()
notes = book.active
notes.title = "Read me"
notes["A1"] = "Exported by the core system, see handbook."
data = book.create_sheet("Data")
data.append(["Customer ID", "Name", "Country"])
data.append(["1", "Ann Lee", "GB"])
hidden = book.create_sheet("Old")
hidden.append(["Customer ID", "Name", "Country"])
hidden.append(["0", "Zed Old", "GB"])
hidden.sheet_state = "hidden"
save(book, "53-notes-and-hidden.xlsx")

book = openpyxl.Workbook()
sheet = book.active
sheet.append(["id", "name", "country"])
sheet.append([1, "Ann Lee", "GB"])
sheet.append([2, "#REF!", "GB"])
sheet["B3"].data_type = "e"
sheet.append([3, "Cy Fox", "GB", None, "left over"])
save(book, "54-errors.xlsx")

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P


def ods(name, title, rows):
    doc = OpenDocumentSpreadsheet()
    table = Table(name=title)
    for values in rows:
        row = TableRow()
        for value in values:
            if isinstance(value, datetime.date):
                cell = TableCell(valuetype="date", datevalue=value.isoformat())
                cell.addElement(P(text=value.strftime("%d.%m.%Y")))
            elif isinstance(value, (int, float)):
                cell = TableCell(valuetype="float", value=str(value))
                cell.addElement(P(text=str(value)))
            elif value is None:
                cell = TableCell()
            else:
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=value))
            row.addElement(cell)
        table.addElement(row)
    doc.spreadsheet.addElement(table)
    doc.save(str(HERE / name))


ods("60-dates-as-dates.ods", "Klienci", [
    ["Nr klienta", "Imię i nazwisko", "Data urodzenia", "Kraj"],
    [1, "Łukasz Wiśniewski", datetime.date(1980, 5, 17), "Polska"],
    [2, "Małgorzata Dąbrowska", datetime.date(1975, 11, 2), "Polska"],
])
ods("61-dates-as-text.ods", "Blatt1", [
    ["Nummer", "Name", "Geboren"],
    ["1", "Lee Ann", "13.05.1980"],
    ["2", "Ek Bo", "01.02.1981"],
])
