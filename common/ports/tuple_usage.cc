#include "common/ports/tuple_usage.h"

namespace ports {
namespace {

/// For tuples that are equal otherwise: the busiest first, then by address, so that equal hosts
/// print equal tables.
bool comes_first(const TupleUsage& one, const TupleUsage& other)
{
    if (one.connections() != other.connections())
        return one.connections() > other.connections();
    return one.tuple < other.tuple;
}

} // namespace

bool has_fewer_left(const TupleUsage& one, const TupleUsage& other)
{
    if (one.used != other.used)
        return one.used > other.used;
    if (one.used_most != other.used_most)
        return one.used_most > other.used_most;
    return comes_first(one, other);
}

bool may_have_fewer_left(const TupleUsage& one, const TupleUsage& other)
{
    return one.used_most != other.used_most ? one.used_most > other.used_most
                                            : comes_first(one, other);
}

bool heads_for_more(const TupleUsage& one, const TupleUsage& other)
{
    return one.projected != other.projected ? one.projected > other.projected
                                            : comes_first(one, other);
}

bool may_head_for_more(const TupleUsage& one, const TupleUsage& other)
{
    return one.projected_most != other.projected_most ? one.projected_most > other.projected_most
                                                      : comes_first(one, other);
}

bool may_run_out_earlier(const TupleUsage& one, const TupleUsage& other)
{
    return one.highest != other.highest ? one.highest > other.highest : comes_first(one, other);
}

bool has_more_time_wait(const TupleUsage& one, const TupleUsage& other)
{
    return one.time_wait != other.time_wait ? one.time_wait > other.time_wait
                                            : comes_first(one, other);
}

} // namespace ports
