// Where every check starts.
#include "common/plugin/check.h"
#include "common/plugin/output.h"
#include "common/plugin/process.h"

int main(int argc, char* argv[])
{
    plugin::prepare_process();
    try {
        return plugin::run(*plugin::make_check(), plugin::words_of(argc, argv));
    } catch (...) {
        return plugin::give_up();
    }
}
