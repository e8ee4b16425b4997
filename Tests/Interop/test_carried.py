"""A log that another program wrote into a file is taken at headquarters as the wire's is, and the receipt verifies."""
import unittest

import carried
from agent import Agent
from headquarters import Headquarters, until


class CarriedLogTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.headquarters = Headquarters()
        cls.addClassCleanup(cls.headquarters.close)

    def carry(self, name, count=700):
        """A site's agent with so many records, and its log as a file's bytes."""
        site = self.headquarters.site(name)
        agent = Agent(site.folder, name, site.keys, site.headquarters.endpoint, site.headquarters.key, site.headquarters.organisation_key)
        agent.write(count, "carried")
        return site, agent, carried.write(name, site.keys.signing, agent.journal.epochs)

    def path(self, site, data):
        path = self.headquarters.folder / f"{site.name}.huiyinlog"
        path.write_bytes(data)
        return path

    def take(self, site, data, *options):
        return self.headquarters.ask("log", "import", self.path(site, data), *options)

    def assert_refused(self, site, data, reason):
        with self.assertRaises(AssertionError) as refusal:
            self.take(site, data)
        self.assertIn(reason, str(refusal.exception))
        self.assertEqual(self.headquarters.client_ids(site), [])

    def test_a_file_is_taken_once_and_its_receipt_verifies(self):
        site, agent, data = self.carry("carried")
        receipt = self.headquarters.folder / "carried.receipt"
        self.take(site, data, "--receipt", receipt)
        self.assertEqual(carried.receipts(receipt.read_text(), site.name), [agent.journal.newest.head])
        self.take(site, data)
        until(20, "the records", lambda: len(self.headquarters.client_ids(site)) >= 700)
        self.assertEqual(len(self.headquarters.client_ids(site)), 700)

    def test_what_was_carried_is_not_sent_again(self):
        site, agent, data = self.carry("carried-first", count=10)
        self.take(site, data)
        agent.write(5, "wired")
        site.run().finish()
        until(20, "the records", lambda: len(self.headquarters.client_ids(site)) >= 15)
        self.assertEqual(len(self.headquarters.client_ids(site)), 15)

    def test_a_file_that_was_cut_off_is_refused(self):
        site, _, data = self.carry("cut-off", count=10)
        self.assert_refused(site, data[:-20], "it was not carried whole")

    def test_a_file_that_was_changed_is_refused(self):
        site, agent, data = self.carry("changed", count=10)
        self.assert_refused(site, data.replace(b"carried-3", b"carried-X"), "its bytes are not those that were written")
        # With a digest of its own it is whole, and not the site's.
        end = len(carried.finished(b"", 10))
        self.assert_refused(site, carried.finished(data[:-end].replace(b"carried-3", b"carried-X"), 10), "no registered key")

    def test_a_file_signed_by_another_key_is_refused(self):
        site, agent, _ = self.carry("stolen", count=10)
        stranger = self.headquarters.site("stranger")
        self.assert_refused(site, carried.write(site.name, stranger.keys.signing, agent.journal.epochs), "no registered key")


if __name__ == "__main__":
    unittest.main(verbosity=2)
