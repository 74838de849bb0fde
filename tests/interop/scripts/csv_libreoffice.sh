# Print the rows of a CSV file as LibreOffice writes them to another one: OFFICE PYTHON FILE [IMPORT FILTER].
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$3" "$folder/articles.csv"
"$1" "-env:UserInstallation=file://$folder/profile" --headless ${4:+"--infilter=$4"} \
    --convert-to 'csv:Text - txt - csv (StarCalc):44,34,UTF8,1,,0,false,true,false' --outdir "$folder/out" \
    "$folder/articles.csv" >/dev/null 2>&1
"$2" "$(dirname "$0")/csv_python.py" "$folder/out/articles.csv" helped
