#include "tests/bench/http_intake.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "worker/feeds/feed.h"

namespace bench {
namespace {

constexpr int kPosts = 60'000;
constexpr int kConnections = 4;

// The bytes that libcurl sends for Falco, in one piece.
std::string Request(const std::string& alert) {
  return absl::StrCat(
      "POST /alert HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: falcosecurity/falco\r\n"
      "Accept: */*\r\nContent-Type: application/json\r\nContent-Length: ",
      alert.size(), "\r\n\r\n", alert);
}

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool SendAll(int fd, const std::string& bytes) {
  return send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

// Posts a second; each waits for its answer, as Falco does.
absl::StatusOr<double> PostTo(int port, const std::string& request) {
  const UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = Loopback(port);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return ErrnoStatus("connect", errno);
  }
  const int yes = 1;
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  std::array<char, 4096> answer;
  const absl::Time start = absl::Now();
  for (int i = 0; i < kPosts; ++i) {
    if (!SendAll(fd.get(), request)) return ErrnoStatus("send", errno);
    size_t size = 0;
    // No answer has a body here: it ends with the headers.
    while (size < 4 || std::string(&answer[size - 4], 4) != "\r\n\r\n") {
      const ssize_t n = recv(fd.get(), &answer[size], answer.size() - size, 0);
      if (n <= 0) return ErrnoStatus("recv", errno);
      size += static_cast<size_t>(n);
    }
  }
  return kPosts / absl::ToDoubleSeconds(absl::Now() - start);
}

// Over all connections together.
absl::StatusOr<double> PostToReceiver(const std::string& alert, int connections) {
  AlertInbox inbox;
  BENCH_ASSIGN_OR_RETURN(const std::unique_ptr<HttpReceiver> receiver,
                         ReceiveHttpAlerts({}, inbox));
  const std::string request = Request(alert);
  std::vector<std::future<absl::StatusOr<double>>> posters;
  posters.reserve(connections);
  for (int i = 0; i < connections; ++i) {
    posters.push_back(std::async(std::launch::async, PostTo, receiver->port(), request));
  }
  double rate = 0;
  for (auto& poster : posters) {
    BENCH_ASSIGN_OR_RETURN(const double one, poster.get());
    rate += one;
  }
  if (inbox.Intake().alerts != int64_t{kPosts} * connections) {
    return absl::InternalError(absl::StrCat(inbox.Intake().alerts, " alerts of ", kPosts, " over ",
                                            connections, " connections"));
  }
  return rate;
}

absl::StatusOr<double> PostToBareServer(const std::string& alert) {
  const std::string request = Request(alert);
  const UniqueFd listening(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  if (bind(listening.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listening.get(), 1) != 0 ||
      getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return ErrnoStatus("a server on the loopback", errno);
  }
  std::thread server([&] {
    const UniqueFd client(accept(listening.get(), nullptr, nullptr));
    const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    std::string buffer(request.size(), '\0');
    for (size_t got = 0;;) {
      const ssize_t n = recv(client.get(), &buffer[got], buffer.size() - got, 0);
      if (n <= 0) return;
      got += static_cast<size_t>(n);
      if (got < buffer.size()) continue;
      got = 0;
      if (!SendAll(client.get(), ok)) return;
    }
  });
  absl::StatusOr<double> rate = PostTo(ntohs(address.sin_port), request);
  server.join();
  return rate;
}

// This thread, and those that it makes meanwhile, on the CPU where it is.
class OnOneCpu {
 public:
  OnOneCpu() {
    sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    sched_setaffinity(0, sizeof one, &one);
  }
  ~OnOneCpu() { sched_setaffinity(0, sizeof before_, &before_); }
  OnOneCpu(const OnOneCpu&) = delete;
  OnOneCpu& operator=(const OnOneCpu&) = delete;

 private:
  cpu_set_t before_;
};

}  // namespace

absl::StatusOr<HttpIntake> MeasureHttpIntake(const std::string& alert) {
  HttpIntake intake;
  BENCH_ASSIGN_OR_RETURN(intake.bare_posts_per_sec, PostToBareServer(alert));
  BENCH_ASSIGN_OR_RETURN(intake.alerts_per_sec, PostToReceiver(alert, 1));
  {
    const OnOneCpu on_one_cpu;
    BENCH_ASSIGN_OR_RETURN(intake.bare_posts_per_core_sec, PostToBareServer(alert));
    BENCH_ASSIGN_OR_RETURN(intake.alerts_per_core_sec, PostToReceiver(alert, 1));
  }
  intake.connections = kConnections;
  BENCH_ASSIGN_OR_RETURN(intake.alerts_per_sec_together, PostToReceiver(alert, kConnections));
  return intake;
}

}  // namespace bench
