# What people pipe ss into: the connections of each tuple, the busiest first ten.
{
    source = $4
    sub(/:[0-9]+$/, "", source)
    connections[source " " $5]++
}
END {
    for (tuple in connections)
        print connections[tuple], tuple | "sort -rn | head -10"
}
