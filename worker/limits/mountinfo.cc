#include "worker/limits/mountinfo.h"

#include <algorithm>

#include "absl/strings/str_split.h"

namespace bench {
namespace {

bool IsOctal(char c) {
  return c >= '0' && c <= '7';
}

}  // namespace

std::string UnescapeMountPath(absl::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    bool escape = text[i] == '\\' && text.size() - i > 3 && text[i + 1] <= '3' &&
                  IsOctal(text[i + 1]) && IsOctal(text[i + 2]) && IsOctal(text[i + 3]);
    if (!escape) {
      plain.push_back(text[i]);
      continue;
    }
    int code = (text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0');
    plain.push_back(static_cast<char>(code));
    i += 3;
  }
  return plain;
}

std::vector<MountEntry> ParseMountInfo(absl::string_view text) {
  // ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [OPTIONAL…] - TYPE SOURCE SUPER_OPTIONS
  constexpr size_t kRoot = 3;
  constexpr size_t kPoint = 4;
  constexpr size_t kOptions = 5;
  constexpr size_t kFirstOptional = 6;
  std::vector<MountEntry> mounts;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    std::vector<absl::string_view> fields = absl::StrSplit(line, ' ');
    if (fields.size() <= kFirstOptional) continue;
    auto dash = std::find(fields.begin() + kFirstOptional, fields.end(), "-");
    if (fields.end() - dash < 4) continue;
    std::vector<absl::string_view> options = absl::StrSplit(fields[kOptions], ',');
    mounts.push_back({.root = UnescapeMountPath(fields[kRoot]),
                      .point = UnescapeMountPath(fields[kPoint]),
                      .type = std::string(dash[1]),
                      .read_only = std::count(options.begin(), options.end(), "ro") > 0,
                      .super_options = absl::StrSplit(dash[3], ',')});
  }
  return mounts;
}

}  // namespace bench
