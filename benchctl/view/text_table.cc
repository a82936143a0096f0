#include "benchctl/view/text_table.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "benchctl/view/display_width.h"

namespace bench {
namespace {

// A line break or another control character inside a cell would tear the table apart.
std::string OneLine(absl::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = ' ';
  }
  return line;
}

std::string CsvField(absl::string_view text) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) return std::string(text);
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

std::string MarkdownField(absl::string_view text) {
  return absl::StrReplaceAll(OneLine(text), {{"|", "\\|"}});
}

}  // namespace

std::string RenderAligned(const TextTable& table, bool colours) {
  std::vector<size_t> widths;
  for (const TextTable::Column& column : table.columns) widths.push_back(DisplayWidth(column.name));
  for (const auto& row : table.rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(OneLine(row[i].text)));
    }
  }
  std::string out;
  auto add = [&](size_t i, absl::string_view text, Tone tone, std::string* line) {
    size_t padding = widths[i] - DisplayWidth(text);
    std::string coloured = Coloured(text, tone, colours);
    bool left = table.columns[i].align == TextTable::Align::kLeft;
    bool last = i + 1 == table.columns.size();
    if (i > 0) absl::StrAppend(line, "  ");
    if (!left) line->append(padding, ' ');
    absl::StrAppend(line, coloured);
    if (left && !last) line->append(padding, ' ');
  };
  auto finish = [&](std::string* line) {
    absl::StripTrailingAsciiWhitespace(line);
    absl::StrAppend(&out, *line, "\n");
  };
  std::string header;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    add(i, table.columns[i].name, Tone::kHeading, &header);
  }
  finish(&header);
  for (const auto& row : table.rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) add(i, OneLine(row[i].text), row[i].tone, &line);
    finish(&line);
  }
  return out;
}

std::string RenderMarkdown(const TextTable& table) {
  std::string out = "|";
  for (const TextTable::Column& column : table.columns) {
    absl::StrAppend(&out, " ", MarkdownField(column.name), " |");
  }
  absl::StrAppend(&out, "\n|");
  for (const TextTable::Column& column : table.columns) {
    absl::StrAppend(&out, column.align == TextTable::Align::kLeft ? "---|" : "---:|");
  }
  absl::StrAppend(&out, "\n");
  for (const auto& row : table.rows) {
    absl::StrAppend(&out, "|");
    for (const TextTable::Cell& cell : row) {
      absl::StrAppend(&out, " ", MarkdownField(cell.text), " |");
    }
    absl::StrAppend(&out, "\n");
  }
  return out;
}

std::string RenderCsv(const TextTable& table) {
  std::string out;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    absl::StrAppend(&out, i > 0 ? "," : "", CsvField(table.columns[i].name));
  }
  absl::StrAppend(&out, "\n");
  for (const auto& row : table.rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      absl::StrAppend(&out, i > 0 ? "," : "", CsvField(row[i].text));
    }
    absl::StrAppend(&out, "\n");
  }
  return out;
}

}  // namespace bench
