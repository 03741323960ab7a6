#!/bin/sh
# Imports the current lists (as docs/figures.md names them) into $INTERDICT_DATA_DIR.
#
#   bench/server/lists.sh PROGRAM DATA
set -eu
program=$1
data=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
plain() { zstd -dq "$data/$1" -o "$work/$(basename "$1" .zst)" && echo "$work/$(basename "$1" .zst)"; }
take() { "$program" --quiet import --no-rescreen "$@" >/dev/null || echo "not imported: $*" >&2; }
take "$data"/ofac/current/sdn.csv "$data"/ofac/current/alt.csv "$data"/ofac/current/add.csv
take "$data"/ofac/xml/consolidated-2025-03-28.xml
take "$data"/un/consolidated.xml
take "$data"/eu/journal/consolidated-*.csv
take "$data"/uk/uk-sanctions-list-2025-08-11.csv
take "$(plain ca/sema-2025-06.xml.zst)"
take "$(plain us/csl-2022-04.csv.zst)"
take "$(plain official/au_dfat_consolidated_2026-07-23.xlsx.zst)"
take "$(plain official/jp_mof_shisantouketsu_2026-03-05.xlsx.zst)"
take "$data"/official/us_bis_denied_persons_list_2022-09.txt
take "$data"/ftm/ua-war-sanctions-2026-03.targets.simple.csv
