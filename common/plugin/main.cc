// Where every check starts.
#include "common/plugin/check.h"

int main(int argc, char* argv[])
{
    return plugin::run(*plugin::make_check(), {argv + 1, argv + argc});
}
