package import Records

/// What is known of a customer when likely pairs are looked for: any of it may be missing.
package struct Person: Sendable, Hashable {
    /// What the caller calls it.
    package var id: String
    /// Names of it, in any order and script; given and family name in one or in two.
    package var names: [String]
    /// Parts of its address, in any order.
    package var addresses: [String]
    package var numbers: [String]
    package var phones: [String]
    package var emails: [String]
    /// A day of birth, in any common writing.
    package var birthday: String

    package init(
        id: String, names: [String] = [], addresses: [String] = [], numbers: [String] = [], phones: [String] = [],
        emails: [String] = [], birthday: String = ""
    ) {
        self.id = id
        self.names = names
        self.addresses = addresses
        self.numbers = numbers
        self.phones = phones
        self.emails = emails
        self.birthday = birthday
    }

    /// From what records said of one customer, each reference once.
    package init(id: String, _ references: [Customer]) {
        let kept = { (values: [String]) in Array(Set(values.filter { !$0.isEmpty })).sorted() }
        self.init(
            id: id, names: kept(references.map(\.name)), addresses: kept(references.map(\.address)),
            numbers: kept(references.map(\.number)), phones: kept(references.map(\.phone)),
            emails: kept(references.map(\.email)), birthday: references.lazy.map(\.birthday).first { !$0.isEmpty } ?? ""
        )
    }
}

/// Two customers who are probably one, and why.
package struct LikelyPair: Sendable, Hashable {
    /// The caller's names for them, `one < other`.
    package var one: String
    package var other: String
    /// How probable it is that they are one, 0 to 1.
    package var probability: Double
    /// What speaks for it and against it, the strongest first.
    package var reasons: [LikelyReason]
}

/// One thing in which two customers agree or differ.
package struct LikelyReason: Sendable, Hashable {
    package enum Field: String, Sendable, Hashable, Codable, CaseIterable {
        case name, address, number, phone, email, birthday
    }

    package enum Finding: String, Sendable, Hashable, Codable {
        case same
        /// Told differently: a letter or digit more, less or other, two in the other order, another script.
        case near
        case different
    }

    package var field: Field
    package var finding: Finding
    /// For (positive) or against (negative) that they are one, in bits.
    package var bits: Double

    /// In words; never what anybody wrote.
    package var term: Term {
        let field = field.term
        return switch finding {
        case .same: Term("\(field.chinese)相同", "the same \(field.english)")
        case .near: Term("\(field.chinese)相近", "nearly the same \(field.english)")
        case .different: Term("\(field.chinese)不同", "another \(field.english)")
        }
    }
}

extension LikelyReason.Field {
    /// The word for people.
    package var term: Term {
        switch self {
        case .name: Term("姓名", "name")
        case .address: Term("地址", "address")
        case .number: Term("编号", "number")
        case .phone: Term("电话", "phone")
        case .email: Term("邮箱", "e-mail")
        case .birthday: Term("出生日期", "day of birth")
        }
    }
}
