// Where counters and alerts come from if not from the pipes of a sensor of ours: files, a page and
// services of a Falco that somebody else started, each taken in by a thread of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "worker/falco/alert_inbox.h"
#include "worker/falco/counter_history.h"

namespace bench {

// Runs from its making until it is destroyed. Thread-safe. The history or inbox that it feeds must
// outlive it.
class Feed {
 public:
  virtual ~Feed() = default;
  // Why nothing comes any more, or not yet; ok while all is well.
  virtual absl::Status status() const = 0;
};

// --- Counters

// The lines that `metrics.output_file` (0.35 and newer) or `-s` (before 0.36) appends. The file may
// not be there yet, be truncated or replaced; what stands in it already is history, not news.
// `open_as`: where it is to be found if it was rotated away, see RotatedFile; "" = at its path.
std::unique_ptr<Feed> FollowMetricsFile(const std::string& path, CounterHistory& into,
                                        const std::string& open_as = "");
std::unique_ptr<Feed> FollowStatsFile(const std::string& path, CounterHistory& into,
                                      const std::string& open_as = "");

struct ScrapeOptions {
  std::string address = "127.0.0.1";
  int port = 8765;
  bool tls = false;  // the certificate is not checked: it is this host's own Falco
  absl::Duration interval = absl::Milliseconds(500);
};
// Falco's Prometheus page (0.38 and newer), read at each interval.
std::unique_ptr<Feed> ScrapePrometheus(const ScrapeOptions& options, CounterHistory& into);

// --- Alerts

// The lines that `file_output` appends; from its end on. `open_as`: as above.
std::unique_ptr<Feed> FollowAlertFile(const std::string& path, AlertInbox& into,
                                      const std::string& open_as = "");

// OK where alerts may be read by FollowAlertFile: an ordinary file, or none yet in a directory that
// is there. NOT_FOUND: no such directory, so that nobody can make the file. FAILED_PRECONDITION:
// something else, as a pipe, of which we would take the lines away from its reader; another error:
// it may not be looked at. Reads nothing.
absl::Status TryAlertFile(const std::string& path);

struct HttpReceiverOptions {
  std::string address = "127.0.0.1";
  int port = 0;           // 0: any that is free
  std::string cert_file;  // PEM, with key_file: TLS
  std::string key_file;
  std::string client_ca_file;  // PEM: a client must show a certificate of this authority
};
class HttpReceiver : public Feed {
 public:
  virtual int port() const = 0;
};
// The other end of `http_output`: one alert a POST, on any path. Errors: the port is taken, a file
// can't be read.
absl::StatusOr<std::unique_ptr<HttpReceiver>> ReceiveHttpAlerts(const HttpReceiverOptions& options,
                                                                AlertInbox& into);

// Whether ReceiveHttpAlerts could listen there: nobody does yet, and we may. Where this host has no
// such address (IPv6 is off), nobody does, and nobody can be reached.
bool HttpPortIsFree(const std::string& address, int port);

struct GrpcAlertsOptions {
  std::string address;    // HOST:PORT or unix:PATH
  std::string ca_file;    // PEM, with the two below: mutual TLS, as Falco's TCP server demands
  std::string cert_file;  // our certificate
  std::string key_file;
};
// OK once a connection to it stands. UNAVAILABLE after five seconds without; a file that can't be
// read is its own error. Asks for nothing: what Falco has gathered is left to who reads it.
absl::Status TryGrpcConnection(const GrpcAlertsOptions& options);

// The gRPC output of 0.18 to 0.43. Subscribes (`sub`); where the server knows no `sub`, asks again
// and again (`get`). Comes back by itself after Falco restarts. Errors: a file can't be read.
absl::StatusOr<std::unique_ptr<Feed>> StreamGrpcAlerts(const GrpcAlertsOptions& options,
                                                       AlertInbox& into);

}  // namespace bench
