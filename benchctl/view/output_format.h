// The values of -o, and colours. Pure and thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bench {

enum class OutputFormat { kTable, kJson, kJsonLines, kCsv, kMarkdown, kYaml };

// For help texts: what ParseOutputFormat reads.
inline constexpr absl::string_view kOutputFormats = "table, json, jsonl, csv, markdown or yaml";

absl::StatusOr<OutputFormat> ParseOutputFormat(absl::string_view text);

enum class Tone { kPlain, kHeading, kGood, kWarning, kBad, kFaint };

// `text` in the tone's colour; as it is when `colours` is false.
std::string Coloured(absl::string_view text, Tone tone, bool colours);

}  // namespace bench
