#include "benchctl/view/display_width.h"

#include <cstdint>

#include "absl/strings/str_cat.h"

namespace bench {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};

// The blocks that matter in names, tags and host names; not the whole of Unicode's tables.
constexpr Range kZeroWidth[] = {
    {0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},
    {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
};
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE4F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

template <size_t N>
bool Within(const Range (&ranges)[N], uint32_t code) {
  for (const Range& range : ranges) {
    if (code >= range.first && code <= range.last) return true;
  }
  return false;
}

// Length in bytes of the code point at the start of `text`; 1 for a byte that is no UTF-8.
size_t DecodeOne(absl::string_view text, uint32_t* code) {
  auto lead = static_cast<unsigned char>(text[0]);
  size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  *code = lead;
  if (length == 1 || length > text.size()) return 1;
  uint32_t value = lead & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return 1;
    value = (value << 6U) | (next & 0x3FU);
  }
  *code = value;
  return length;
}

// Length of a colour sequence ("ESC [ … m") at the start of `text`; 0 if there is none.
size_t ColourSequence(absl::string_view text) {
  if (text.size() < 3 || text[0] != '\x1b' || text[1] != '[') return 0;
  size_t end = text.find('m');
  return end == absl::string_view::npos ? 0 : end + 1;
}

size_t WidthOf(uint32_t code) {
  if (code < 0x20) return 0;
  if (Within(kZeroWidth, code)) return 0;
  return Within(kWide, code) ? 2 : 1;
}

}  // namespace

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    if (size_t skip = ColourSequence(text); skip > 0) {
      text.remove_prefix(skip);
      continue;
    }
    uint32_t code = 0;
    text.remove_prefix(DecodeOne(text, &code));
    width += WidthOf(code);
  }
  return width;
}

std::string CutToWidth(absl::string_view text, size_t columns) {
  if (DisplayWidth(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  std::string kept;
  size_t width = 0;
  while (!text.empty()) {
    uint32_t code = 0;
    size_t length = DecodeOne(text, &code);
    if (width + WidthOf(code) > columns - 1) break;
    width += WidthOf(code);
    absl::StrAppend(&kept, text.substr(0, length));
    text.remove_prefix(length);
  }
  return kept + "~";
}

std::string PadRight(absl::string_view text, size_t columns) {
  size_t width = DisplayWidth(text);
  return absl::StrCat(text, std::string(width < columns ? columns - width : 0, ' '));
}

std::string PadLeft(absl::string_view text, size_t columns) {
  size_t width = DisplayWidth(text);
  return absl::StrCat(std::string(width < columns ? columns - width : 0, ' '), text);
}

}  // namespace bench
