// Environment variables in the values of a Falco's configuration.
#pragma once

#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace bench {

// As Falco since 0.36 reads a value: ${NAME} is the variable's text, or nothing where there is no
// such variable; $${NAME} is the plain text ${NAME}. A variable's text is expanded in turn, up to a
// hundred times: Falco itself would not end. Pure.
std::string ExpandVariables(absl::string_view value,
                            const std::map<std::string, std::string>& environment);

}  // namespace bench
