#include "worker/falco/effective_config.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "worker/falco/falco_plan.h"
#include "worker/falco/sha256.h"

namespace bench {
namespace {

constexpr absl::string_view kComparedByThemselves[] = {"config_files",
                                                       "rules_file",
                                                       "rules_files",
                                                       "engine.kind",
                                                       "syscall_buf_size_preset",
                                                       "modern_bpf.cpus_for_each_syscall_buffer"};
constexpr absl::string_view kRingKeys[] = {".buf_size_preset", ".cpus_for_each_buffer"};

bool IsComparedByItself(absl::string_view key) {
  const auto is_ring = [key](absl::string_view end) {
    return absl::StartsWith(key, "engine.") && absl::EndsWith(key, end);
  };
  return std::find(std::begin(kComparedByThemselves), std::end(kComparedByThemselves), key) !=
             std::end(kComparedByThemselves) ||
         std::any_of(std::begin(kRingKeys), std::end(kRingKeys), is_ring);
}

// "http_output.url" where "http_output.enabled" is false.
bool IsOfSwitchedOffSection(absl::string_view key, const MergedConfig& merged) {
  for (size_t dot = key.rfind('.'); dot != absl::string_view::npos; dot = key.rfind('.')) {
    key = key.substr(0, dot);
    const auto enabled = merged.scalars.find(absl::StrCat(key, ".enabled"));
    if (enabled != merged.scalars.end() && enabled->second == "false") return true;
  }
  return false;
}

bool Matters(const std::string& key, const MergedConfig& merged, FalcoUse use) {
  if (IsComparedByItself(key)) return false;
  if (use == FalcoUse::kStarted && OverridesKey(key)) return false;
  return absl::EndsWith(key, ".enabled") || !IsOfSwitchedOffSection(key, merged);
}

}  // namespace

std::string EffectiveConfigSha256(const MergedConfig& merged, FalcoUse use) {
  // One that we start isn't as its host has it.
  std::string text = use == FalcoUse::kStarted ? "overridden for a measurement\n" : "";
  for (const auto& [key, value] : merged.scalars) {
    if (!Matters(key, merged, use)) continue;
    absl::StrAppend(&text, key, ": ", absl::CEscape(value), "\n");
  }
  for (const auto* lists : {&merged.lists, &merged.structures}) {
    for (const auto& [key, elements] : *lists) {
      if (!Matters(key, merged, use)) continue;
      for (const std::string& element : elements) {
        absl::StrAppend(&text, key, "[]: ", absl::CEscape(element), "\n");
      }
    }
  }
  return Sha256Hex(text);
}

}  // namespace bench
