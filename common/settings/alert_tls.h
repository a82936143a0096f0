#pragma once

#include <string>

namespace bench {

// Who we are where a running Falco's alerts come over TLS: to its http_output the server that it
// posts to, to its gRPC server a client. PEM files; "" = none.
struct AlertTls {
  std::string cert_file;  // with key_file
  std::string key_file;
  // Whose certificates we believe: of http_output's client, if it shows one (mtls), and of the gRPC
  // server.
  std::string ca_file;
};

}  // namespace bench
