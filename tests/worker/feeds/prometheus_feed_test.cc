#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <thread>

#include "tests/worker/feeds/feed_helpers.h"
#include "worker/feeds/feed.h"

namespace bench {
namespace {

using ::testing::HasSubstr;

std::string Page(int64_t events, int64_t drops) {
  return absl::StrCat(
      "# TYPE falcosecurity_scap_n_evts_total counter\n",
      "falcosecurity_scap_n_evts_total{raw_name=\"n_evts\",evt_source=\"syscall\"} ", events, "\n",
      "falcosecurity_scap_n_drops_buffer_total{raw_name=\"n_drops_buffer_total\",",
      "evt_source=\"syscall\",drop=\"all\"} ", drops, "\n");
}

TEST(PrometheusFeed, ReadsThePageAgainAndAgainAndComesBack) {
  std::atomic<int64_t> asked = 0;
  std::atomic<int> http_status = 200;
  httplib::Server server;
  server.Get("/metrics", [&](const httplib::Request&, httplib::Response& response) {
    response.status = http_status;
    response.set_content(Page(++asked * 100, 0), "text/plain");
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread serving([&] { server.listen_after_bind(); });
  ASSERT_TRUE(WaitUntil([&] { return server.is_running(); }));

  CounterHistory history;
  auto feed = ScrapePrometheus({.port = port, .interval = absl::Milliseconds(20)}, history);
  auto first = history.FirstAfter(absl::InfinitePast(), kLong);
  ASSERT_TRUE(first);
  auto second = history.FirstAfter(first->at, kLong);
  ASSERT_TRUE(second);
  EXPECT_GT(second->kernel_events, first->kernel_events);
  EXPECT_FALSE(second->tells_processed);
  EXPECT_TRUE(feed->status().ok()) << feed->status();

  http_status = 503;
  EXPECT_TRUE(WaitUntil([&] { return !feed->status().ok(); }));
  EXPECT_THAT(std::string(feed->status().message()), HasSubstr("503"));
  http_status = 200;
  EXPECT_TRUE(WaitUntil([&] { return feed->status().ok(); }));

  server.stop();
  serving.join();
  EXPECT_TRUE(WaitUntil([&] { return absl::IsUnavailable(feed->status()); }));
}

}  // namespace
}  // namespace bench
