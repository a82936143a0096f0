// Socket addresses as names. Pure.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "worker/sensor/state/fd_table.h"

namespace bench::sensor {

struct SocketName {
  FdKind kind = FdKind::kUnknown;
  std::string address;  // "10.0.0.2", "fd00::1", "/run/x.sock" ("@x" = abstract)
  int port = 0;
  std::string ToString() const;  // "10.0.0.2:80", "[fd00::1]:80", "/run/x.sock"
};

// From the bytes of a sockaddr; kUnknown if they are too few or of another family.
SocketName DecodeSockaddr(absl::string_view bytes);

}  // namespace bench::sensor
