#include "tests/live/one_processor.h"

#include "tests/live/system_call.h"

namespace lab {

OneProcessor::OneProcessor()
{
    check(sched_getaffinity(0, sizeof before_, &before_) == 0, "sched_getaffinity");
    const int processor = sched_getcpu();
    check(processor >= 0, "sched_getcpu");
    cpu_set_t one{};
    CPU_SET(static_cast<unsigned>(processor), &one);
    check(sched_setaffinity(0, sizeof one, &one) == 0, "sched_setaffinity");
}

OneProcessor::~OneProcessor()
{
    sched_setaffinity(0, sizeof before_, &before_);
}

} // namespace lab
