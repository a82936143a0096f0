// What a load has left on this host, found as an operator would: by its marker.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bench {

std::vector<pid_t> PidsWithMarker(absl::string_view marker);  // anywhere in the command line
// In /bin and in `scratch_dir`.
std::vector<std::string> FilesWithMarker(absl::string_view marker, const std::string& scratch_dir);

}  // namespace bench
