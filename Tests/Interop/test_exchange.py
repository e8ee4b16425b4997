"""An agent of another hand joins a real aggregator, is cut off in every way, and all of its records are there exactly once."""
import unittest

from headquarters import Headquarters, Wire, until


class ExchangeTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.headquarters = Headquarters()
        cls.addClassCleanup(cls.headquarters.close)

    def site(self, name, **options):
        return self.headquarters.site(name, **options)

    def wired(self, name):
        wire = Wire(self.headquarters.port)
        self.addCleanup(wire.close)
        return self.site(name, endpoint=wire.endpoint), wire

    def assert_all_there_once(self, site, *ids):
        expected = sorted(name for part in ids for name in part)
        until(20, f"all records of {site.name}", lambda: len(self.headquarters.client_ids(site)) >= len(expected))
        self.assertEqual(self.headquarters.client_ids(site), expected)

    def test_records_reach_headquarters_in_one_session(self):
        site = self.site("plain")
        ids = site.write(100, "a")
        run = site.run()
        run.finish()
        self.assertEqual(len(run.told("welcomed")), 1)
        self.assert_all_there_once(site, ids)

    def test_what_was_written_later_follows_in_another_session(self):
        site = self.site("later")
        first = site.write(10, "a")
        site.run().finish()
        second = site.write(10, "b")
        site.run().finish()
        self.assert_all_there_once(site, first, second)

    def test_a_killed_agent_goes_on_where_headquarters_is(self):
        site, wire = self.wired("killed")
        ids = site.write(6000, "a")
        wire.bytes_per_second = 2_000_000
        run = site.run()
        run.wait_for("acknowledged")
        run.kill()
        self.assertLess(run.events[-1].get("sequence", 0), 6000)
        wire.bytes_per_second = None
        more = site.write(20, "b")
        site.run().finish()
        self.assert_all_there_once(site, ids, more)

    def test_a_cut_network_is_outlived(self):
        site, wire = self.wired("cut")
        ids = site.write(6000, "a")
        wire.bytes_per_second = 2_000_000
        run = site.run()
        run.wait_for("acknowledged")
        wire.is_cut = True
        run.wait_for("ended")
        wire.is_cut, wire.bytes_per_second = False, None
        run.finish()
        self.assert_all_there_once(site, ids)

    def test_lost_answers_end_the_session_and_cost_nothing(self):
        site, wire = self.wired("half-open")
        ids = site.write(50, "a")
        run = site.run("--stay")
        run.wait_for("acknowledged")
        wire.answers_are_lost = True
        run.wait_for("ended", reason="headquarters was silent")
        run.kill()
        more = site.write(50, "b")
        lost = site.run()
        lost.wait_for("ended")
        wire.answers_are_lost = False
        lost.finish()
        self.assert_all_there_once(site, ids, more)

    def test_headquarters_is_killed_amid_a_drain(self):
        site, wire = self.wired("headless")
        ids = site.write(6000, "a")
        wire.bytes_per_second = 2_000_000
        run = site.run()
        run.wait_for("acknowledged")
        self.headquarters.kill()
        run.wait_for("ended")
        wire.bytes_per_second = None
        self.headquarters.start()
        run.finish()
        self.assert_all_there_once(site, ids)

    def test_a_site_that_is_registered_later_joins_unattended(self):
        site = self.site("stranger", registered=False)
        ids = site.write(5, "a")
        run = site.run()
        run.wait_for("ended", reason="the connection was refused")
        self.headquarters.register(site)
        run.finish()
        self.assert_all_there_once(site, ids)


class RotationTests(unittest.TestCase):
    def setUp(self):
        self.headquarters = Headquarters()
        self.addCleanup(self.headquarters.close)

    def test_headquarters_keys_are_replaced_without_a_visit(self):
        site = self.headquarters.site("keeper")
        ids = site.write(3, "a")
        run = site.run("--stay")
        run.wait_for("acknowledged", sequence=3)
        run.wait_for("pins")
        self.headquarters.ask("aggregator", "rotate")
        until(30, "the end of the rotation",
              lambda: "nothing is under way" in self.headquarters.ask("aggregator", "rotate", "--status"))
        run.kill()
        # By the pins' ways and keys alone: what the agent was set up with is over.
        more = site.write(3, "b")
        later = site.run()
        later.finish()
        self.assertEqual(len(later.told("welcomed")), 1)
        until(20, "all records", lambda: self.headquarters.client_ids(site) == sorted(ids + more))
        self.assertEqual(self.headquarters.faults(), {"malformed": 0, "misbehaviour": 0, "refusedMessages": 0})


if __name__ == "__main__":
    unittest.main(verbosity=2)
