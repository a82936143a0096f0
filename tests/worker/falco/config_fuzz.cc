// Hostile bytes as Falco's configuration: what attaching reads of another's files. Driven by the
// mutations of config_fuzz_test.cc, or by libFuzzer.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "worker/falco/config_faults.h"
#include "worker/falco/config_variables.h"
#include "worker/falco/falco_config.h"
#include "worker/falco/metrics_interval.h"

namespace {

const std::map<std::string, std::string>& Environment() {
  static const auto* environment =
      new std::map<std::string, std::string>{{"A", "${A}"}, {"B", "$A"}, {"C", "${B}${C}"}};
  return *environment;
}

// As the main file, as each that it includes, and as an override.
void TakeConfiguration(const std::string& text, int minor) {
  const auto read =
      [&text](const std::string& path) -> absl::StatusOr<std::vector<bench::ConfigText>> {
    return std::vector<bench::ConfigText>{{path, text}};
  };
  const bench::FalcoVersion version = {.minor = minor};
  const auto config =
      bench::EffectiveConfig({.overrides = {text}, .environment = Environment()}, version, read);
  if (!config.ok()) return;
  if (config->metrics.interval <= absl::ZeroDuration()) std::abort();
  for (const bench::ConfigFault& fault :
       bench::FindConfigFaults(*config, version, bench::FalcoUse::kAttached)) {
    if (fault.seen.empty() || fault.mend.empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const int minor : {33, 38, 44}) TakeConfiguration(text, minor);
  bench::ExpandVariables(text, Environment());
  const auto interval = bench::ParseMetricsInterval(text);
  if (interval && *interval <= absl::ZeroDuration()) std::abort();
  return 0;
}
