from signage_launch.launch_xml.plan import Output, Respawn, StopTimes


def test_executable_is_split_like_a_shell_command_but_what_a_substitution_brings_is_not(plan_of):
    plan = plan_of('<arg name="w" default="two words"/><executable cmd="echo $(var w) \'a b\' x=$(var w) end"/>')
    assert plan.processes[0].arguments == ("echo", "two words", "a b", "x=two words", "end")
    assert plan.processes[0].name == "echo"


def test_settings_of_a_process(plan_of):
    process = plan_of(
        '<let name="r" value="true"/><executable cmd="p" name="n" cwd="/tmp" output="both" respawn="$(var r)" '
        'respawn_delay="1.5" respawn_max_retries="3" sigterm_timeout="1" sigkill_timeout="0.5" on_exit="shutdown" '
        'launch-prefix="nice -n 5" emulate_tty="true"/>'
    ).processes[0]
    assert process.arguments == ("nice", "-n", "5", "p")
    assert (process.name, str(process.cwd), process.output) == ("n", "/tmp", Output.BOTH)
    assert process.respawn == Respawn(True, 1.5, 3) and process.stop == StopTimes(1.0, 0.5)
    assert process.ends_launch


def test_environment_of_one_process(plan_of):
    plan = plan_of(
        '<set_env name="A" value="1"/><executable cmd="p"><env name="B" value="$(env A)2"/></executable>'
        '<unset_env name="A"/><executable cmd="q"/>'
    )
    first, second = plan.processes
    assert (first.environment["A"], first.environment["B"]) == ("1", "12")
    assert "A" not in second.environment and "B" not in second.environment
