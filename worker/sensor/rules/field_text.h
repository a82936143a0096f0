// Numbers of system calls in words. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bench::sensor {

// "name arg1 arg2": argv[0] is left out, as Falco's proc.cmdline does.
std::string CommandLine(absl::string_view name, const std::vector<std::string>& args);
// "O_WRONLY|O_CREAT|O_CLOEXEC"
std::string OpenFlagsText(uint32_t flags);
// "S_ISUID|S_IRUSR|S_IXOTH"; "0" for no bit.
std::string ModeText(uint32_t mode);
// "SUCCESS", "ENOENT"; an error without a name is its number.
std::string ResultText(int64_t ret);

}  // namespace bench::sensor
