#include "worker/sensor/state/socket_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace bench::sensor {

std::string SocketName::ToString() const {
  switch (kind) {
    case FdKind::kIpv4:
      return absl::StrCat(address, ":", port);
    case FdKind::kIpv6:
      return absl::StrCat("[", address, "]:", port);
    default:
      return address;
  }
}

SocketName DecodeSockaddr(absl::string_view bytes) {
  SocketName name;
  sa_family_t family = AF_UNSPEC;
  if (bytes.size() < sizeof family) return name;
  memcpy(&family, bytes.data(), sizeof family);
  char text[INET6_ADDRSTRLEN] = "";
  if (family == AF_INET && bytes.size() >= sizeof(sockaddr_in)) {
    sockaddr_in in = {};
    memcpy(&in, bytes.data(), sizeof in);
    inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
    name.kind = FdKind::kIpv4;
    name.address = text;
    name.port = ntohs(in.sin_port);
  } else if (family == AF_INET6 && bytes.size() >= sizeof(sockaddr_in6)) {
    sockaddr_in6 in = {};
    memcpy(&in, bytes.data(), sizeof in);
    inet_ntop(AF_INET6, &in.sin6_addr, text, sizeof text);
    name.kind = FdKind::kIpv6;
    name.address = text;
    name.port = ntohs(in.sin6_port);
  } else if (family == AF_UNIX) {
    name.kind = FdKind::kUnix;
    absl::string_view path = bytes.substr(offsetof(sockaddr_un, sun_path));
    if (!path.empty() && path.front() == '\0') {
      name.address = absl::StrCat("@", path.substr(1));
    } else {
      path = path.substr(0, path.find('\0'));
      name.address = std::string(path);
    }
  }
  return name;
}

}  // namespace bench::sensor
