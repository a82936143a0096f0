// One entry for whatever produces hostile bytes: the mutations of parser_fuzz_test.cc, or
// libFuzzer.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "worker/falco/alert_line.h"
#include "worker/falco/counter_line.h"
#include "worker/falco/falco_version.h"
#include "worker/falco/line_splitter.h"
#include "worker/falco/rfc3339.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  static bench::AlertParser& parser = *new bench::AlertParser;
  parser.set_marker("shadow");
  bench::LineSplitter splitter(512);
  auto take = [](absl::string_view line) {
    // Counters never go below zero, whatever is in the line.
    auto reading = bench::ParseCounterLine(line);
    if (reading.ok() && *reading) {
      if ((*reading)->kernel_events < 0 || (*reading)->other_drops < 0) std::abort();
    }
    auto alert = parser.Parse(line);
    if (alert.ok() && alert->rule.empty()) std::abort();
  };
  splitter.Feed(input, take);
  take(input);
  if (bench::ParseFalcoVersion(input).ok() && input.find("alco") == absl::string_view::npos) {
    std::abort();
  }
  bench::ParseRfc3339(input);
  return 0;
}
