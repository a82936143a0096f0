// The text format in which Prometheus scrapes metrics, line by line.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace bench {

// name{label="value",…} value [timestamp]
struct PrometheusSample {
  absl::string_view name;
  std::vector<std::pair<absl::string_view, std::string>> labels;  // values without their escapes
  absl::string_view value;  // a finite number, as it stands there: doubles would cost digits

  // nullopt if there is no such label.
  std::optional<absl::string_view> Label(absl::string_view label) const;
};

// nullopt: no sample (a comment, an HTTP header, garbage), or one whose value is no finite number.
// A quote inside a label's value that lacks its backslash is taken as part of it if no comma or
// brace follows: Falco prints the names of rules as they are. Views point into `line`. Pure.
std::optional<PrometheusSample> ParsePrometheusSample(absl::string_view line);

// Calls `sink` for each sample of the page, in its order. A last line without its newline is half a
// line and passed over. Pure.
void ForEachPrometheusSample(absl::string_view page,
                             absl::FunctionRef<void(const PrometheusSample&)> sink);

}  // namespace bench
