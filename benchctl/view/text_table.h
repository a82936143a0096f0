// Rows of text, written in three ways. Pure and thread-safe.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "benchctl/view/output_format.h"

namespace bench {

struct TextTable {
  enum class Align { kLeft, kRight };
  struct Column {
    std::string name;
    Align align = Align::kLeft;
  };
  struct Cell {
    std::string text;
    Tone tone = Tone::kPlain;
    // Implicit: most cells are only text. NOLINTBEGIN(google-explicit-constructor)
    Cell(std::string cell_text) : text(std::move(cell_text)) {}
    Cell(const char* cell_text) : text(cell_text) {}
    // NOLINTEND(google-explicit-constructor)
    Cell(std::string cell_text, Tone cell_tone) : text(std::move(cell_text)), tone(cell_tone) {}
  };

  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  // each as long as `columns`
};

// Columns aligned with two spaces between them, no space at a line's end.
std::string RenderAligned(const TextTable& table, bool colours);
std::string RenderMarkdown(const TextTable& table);
// RFC 4180, but with "\n" at a line's end, as the other tools of a shell expect it.
std::string RenderCsv(const TextTable& table);

}  // namespace bench
