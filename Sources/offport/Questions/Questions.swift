import ArgumentParser
import Records
import Stores

/// A question about what is known.
protocol QuestionCommand: ParsableCommand {
    static var question: Question { get }
    var asked: AskedOptions { get }
    var options: QuestionOptions { get }
    var selection: Selection { get }
}

/// A question about services, which may be asked of some products only.
protocol ServiceQuestion: QuestionCommand {
    var named: ProductOptions { get }
}

extension ServiceQuestion {
    var selection: Selection {
        var selection = options.selection
        selection.products = named.products
        return selection
    }
}

extension QuestionCommand {
    var selection: Selection { options.selection }

    func validate() throws {
        switch Self.question {
        case .services, .clients, .findings: break
        case .ports, .banners, .products, .hosts: try options.refuseSchema()
        }
    }

    func run() throws { try answer() }

    /// Asks, and prints the answer.
    func answer() throws {
        try asked.ask(selection) { store, selection in
            let holdings = try store.holdings(for: Self.question, selection)
            switch options.format {
            case .json: Console.write(Self.question.jsonLines(of: holdings, options.schema), to: 1)
            case .csv, .table:
                let table = Self.question.table(of: holdings)
                options.format.write(table, none: "No \(Self.question.rawValue).")
            }
        }
    }
}

struct Services: ServiceQuestion {
    static let configuration = CommandConfiguration(
        commandName: "services", abstract: "Lists every service with its standing.")
    static let question = Question.services
    @OptionGroup var asked: AskedOptions
    @OptionGroup var named: ProductOptions
    @OptionGroup var options: QuestionOptions
}

struct Ports: ServiceQuestion {
    static let configuration = CommandConfiguration(
        commandName: "ports",
        abstract: "Summarises each protocol's ports: servers, sessions, standing and why.")
    static let question = Question.ports
    @OptionGroup var asked: AskedOptions
    @OptionGroup var named: ProductOptions
    @OptionGroup var options: QuestionOptions
}

struct Banners: ServiceQuestion {
    static let configuration = CommandConfiguration(
        commandName: "banners",
        abstract: "Lists what servers say of themselves, per protocol and port.")
    static let question = Question.banners
    @OptionGroup var asked: AskedOptions
    @OptionGroup var named: ProductOptions
    @OptionGroup var options: QuestionOptions
}

struct Products: ServiceQuestion {
    static let configuration = CommandConfiguration(
        commandName: "products",
        abstract: "Lists the products of servers: the ports each runs on, its versions and hosts.")
    static let question = Question.products
    @OptionGroup var asked: AskedOptions
    @OptionGroup var named: ProductOptions
    @OptionGroup var options: QuestionOptions
}

struct Clients: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "clients", abstract: "Lists the client programs of hosts.")
    static let question = Question.clients
    @OptionGroup var asked: AskedOptions
    @OptionGroup var options: QuestionOptions

    func run() throws {
        if !(options.filter.ports.isEmpty && options.filter.standings.isEmpty) {
            Console.error("client programs have no port and no standing: --port and --standing leave none")
        }
        try answer()
    }
}

struct Hosts: ServiceQuestion {
    static let configuration = CommandConfiguration(
        commandName: "hosts", abstract: "Lists hosts with what they serve and use.")
    static let question = Question.hosts
    @OptionGroup var asked: AskedOptions
    @OptionGroup var named: ProductOptions
    @OptionGroup var options: QuestionOptions
}
