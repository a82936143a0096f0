#include "controller/engine/engine.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/version/version.h"
#include "controller/engine/transition.h"
#include "controller/storage/migration.h"
#include "controller/storage/migrator.h"

namespace bench {
namespace {

constexpr absl::Duration kTick = absl::Seconds(1);
constexpr double kMaxWaitSec = 30;
// Longer than another process needs to open the database and look for orphans.
constexpr absl::Duration kClaimPatience = absl::Seconds(1);
constexpr absl::Duration kClaimStep = absl::Milliseconds(50);

absl::Status ShuttingDown() {
  return absl::UnavailableError("the controller is shutting down");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(const EngineOptions& options, Clock& clock) {
  std::unique_ptr<Engine> engine(new Engine(options, clock));
  if (options.claim_late) {
    BENCH_RETURN_IF_ERROR(engine->Prepare());
  } else {
    BENCH_RETURN_IF_ERROR(engine->Writer().status());
  }
  BENCH_ASSIGN_OR_RETURN(engine->read_database_,
                         Database::Open(options.db_path, Database::Access::kQueries));
  engine->queries_ = std::make_unique<Queries>(*engine->read_database_, engine->progress_);
  engine->reader_ = std::make_unique<ReadThread>();
  return engine;
}

Engine::~Engine() {
  Stop();
}

absl::StatusOr<FileLock> Engine::Claim(absl::Duration patience) {
  const absl::Duration deadline = clock_.Monotonic() + patience;
  for (;;) {
    absl::StatusOr<FileLock> lock = FileLock::Acquire(options_.db_path + ".lock");
    if (!absl::IsAlreadyExists(lock.status())) return lock;
    if (clock_.Monotonic() >= deadline) {
      return absl::AlreadyExistsError(
          absl::StrCat("another benchctl or bench-controller works on the database ",
                       options_.db_path, " (", lock.status().message(),
                       "): wait for it, use it with --controller, or name another file with --db"));
    }
    clock_.Sleep(kClaimStep);
  }
}

// Makes the database fit to be asked, and leaves it to others again.
absl::Status Engine::Prepare() {
  // First, since its errors say most about a wrong path.
  BENCH_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                         Database::Open(options_.db_path, Database::Access::kReadWrite));
  absl::StatusOr<FileLock> lock = Claim(absl::ZeroDuration());
  if (absl::IsAlreadyExists(lock.status())) {
    return CheckSchema(*database, EmbeddedMigrations(), Version());
  }
  if (!lock.ok()) return lock.status();
  BENCH_RETURN_IF_ERROR(Migrate(*database, EmbeddedMigrations(), clock_.Now(), Version()));
  BENCH_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database));
  BENCH_RETURN_IF_ERROR(CancelOrphans(*database, clock_.Now()));
  return transaction.Commit();
}

absl::StatusOr<WriteThread*> Engine::Writer() {
  absl::MutexLock lock(&mutex_);
  if (writer_ == nullptr) {
    if (stopped_) return ShuttingDown();
    BENCH_RETURN_IF_ERROR(StartWriter());
  }
  return writer_.get();
}

absl::Status Engine::StartWriter() {
  BENCH_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                         Database::Open(options_.db_path, Database::Access::kReadWrite));
  absl::StatusOr<FileLock> claimed = Claim(kClaimPatience);
  if (absl::IsAlreadyExists(claimed.status())) {
    return absl::FailedPreconditionError(claimed.status().message());
  }
  if (!claimed.ok()) return claimed.status();
  BENCH_RETURN_IF_ERROR(Migrate(*database, EmbeddedMigrations(), clock_.Now(), Version()));
  auto dispatcher =
      std::make_unique<Dispatcher>(*database, clock_, RandomIdGenerator(), progress_,
                                   DispatcherOptions{options_.lease_ttl, options_.held_by});
  {
    BENCH_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database));
    BENCH_RETURN_IF_ERROR(CancelOrphans(*database, clock_.Now()));
    BENCH_RETURN_IF_ERROR(dispatcher->Load());
    BENCH_RETURN_IF_ERROR(transaction.Commit());
  }
  lock_ = *std::move(claimed);
  write_database_ = std::move(database);
  dispatcher_ = std::move(dispatcher);
  writer_ = std::make_unique<WriteThread>(
      *write_database_, WriteThread::Hooks{[this](bool sound) { return AfterBatch(sound); },
                                           [this] { return dispatcher_->Load(); }});
  writer_->Start();
  return absl::OkStatus();
}

std::shared_ptr<Poll> Engine::AcquireRun(
    const v1::AcquireRunRequest& request,
    std::function<void(absl::StatusOr<v1::AcquireRunResponse>)> done) {
  double wait_sec = request.wait_sec();
  if (!(wait_sec > 0)) wait_sec = 0;  // also what is not a number
  auto poll = std::make_shared<Poll>();
  poll->request = request;
  poll->deadline = clock_.Monotonic() + absl::Seconds(std::min(wait_sec, kMaxWaitSec));
  poll->answer = std::move(done);
  absl::StatusOr<WriteThread*> writer = Writer();
  if (writer.ok()) {
    PostAcquire(*writer, poll);
  } else {
    poll->answer(writer.status());
  }
  return poll;
}

void Engine::PostAcquire(WriteThread* writer, const std::shared_ptr<Poll>& poll) {
  auto response = std::make_shared<v1::AcquireRunResponse>();
  writer->Post(
      [this, poll, response] {
        // Whoever has gone must not be given a run.
        if (poll->given_up || polls_ended_) return absl::OkStatus();
        absl::StatusOr<v1::AcquireRunResponse> result = dispatcher_->AcquireRun(poll->request);
        if (!result.ok()) return result.status();
        *response = *std::move(result);
        return absl::OkStatus();
      },
      [this, poll, response](const absl::Status& stored) {
        if (!stored.ok()) {
          poll->answer(stored);
        } else if (response->has_assignment()) {
          poll->answer(std::move(*response));
        } else {
          polls_.Add(poll);  // AfterBatch answers it if it is over already
        }
      });
}

void Engine::Nudge() {
  absl::MutexLock lock(&mutex_);
  if (writer_ == nullptr) return;
  writer_->Post([] { return absl::OkStatus(); }, [](const absl::Status&) {});
}

void Engine::GiveUp(Poll& poll) {
  poll.given_up = true;
  Nudge();
}

void Engine::EndPolls() {
  polls_ended_ = true;
  Nudge();
}

absl::Duration Engine::AfterBatch(bool sound) {
  const absl::Duration now = clock_.Monotonic();
  for (const auto& poll : polls_.TakeEnded(now, polls_ended_)) {
    if (polls_ended_) {
      poll->answer(ShuttingDown());
    } else {
      poll->answer(v1::AcquireRunResponse());
    }
  }
  if (sound) ServeWork();
  return std::min(kTick, polls_.NextDeadline() - now);
}

void Engine::ServeWork() {
  if (dispatcher_->LeasesToExpire()) {
    writer_->Post([this] { return dispatcher_->ExpireLeases(); }, [](const absl::Status&) {});
  }
  const uint64_t generation = dispatcher_->work_generation();
  if (std::exchange(served_generation_, generation) == generation) return;
  auto has_work = [this](const Poll& poll) { return dispatcher_->HasWorkFor(poll.request.node()); };
  for (const auto& poll : polls_.TakeIf(has_work)) PostAcquire(writer_.get(), poll);
}

void Engine::Stop() {
  EndPolls();
  WriteThread* writer = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    writer = writer_.get();
  }
  if (writer != nullptr) writer->Stop();
  if (reader_ != nullptr) reader_->Stop();
}

}  // namespace bench
