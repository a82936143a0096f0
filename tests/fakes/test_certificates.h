#pragma once

#include <string>

#include "tests/fakes/temp_dir.h"

namespace bench {

// A certificate authority, and a server ("localhost", 127.0.0.1) and a client with certificates of
// it; another client whose certificate is of nobody known. PEM files, good for an hour.
struct TestCertificates {
  TestCertificates();

  std::string ca;
  std::string server_cert;
  std::string server_key;
  std::string client_cert;
  std::string client_key;
  std::string stranger_cert;
  std::string stranger_key;

 private:
  TempDir dir_;
};

}  // namespace bench
