import ArgumentParser
import Inventory
import Net
import Plugins
import Records
import Stores

struct Assets: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assets",
        abstract: "Shows the living lists of services that the policy declares.",
        discussion: "Without a subcommand it lists the lists; the options of that: offport help assets list",
        subcommands: [AssetsList.self, AssetsShow.self, AssetsHistory.self, AssetsUpdate.self],
        defaultSubcommand: AssetsList.self)
}

struct AssetsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the lists: members, former members, last change.")
    @OptionGroup var asked: AskedOptions
    @Option(help: "How the answer looks: table, json or csv.")
    var format: AnswerFormat = .table

    func run() throws {
        try asked.ask { store in
            let lists = try store.assetLists()
            format.write(Table(lists), none: "There are no lists.")
            guard format == .table else { return }
            if let first = lists.first {
                Console.print("")
                Console.print(
                    "who they are: offport assets show \(AskedOptions.quoted(first.name))\(asked.again)")
            } else {
                Console.print("A policy declares them: assets \"ftp\" { where = function(s) ... end }")
            }
        }
    }
}

struct AssetsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Lists the members of a list.")
    @Argument(help: ArgumentHelp("The list.", valueName: "list"))
    var list: String
    @OptionGroup var asked: AskedOptions
    @OptionGroup var options: QuestionOptions

    func validate() throws { try options.refuseSchema() }

    func run() throws {
        try asked.ask(options.selection) { store, selection in
            options.format.write(
                Table(try store.members(of: list, formerOnes: false, selection)), none: "No members.")
        }
    }
}

struct AssetsHistory: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Lists who ever joined a list, and when who left it.")
    @Argument(help: ArgumentHelp("The list.", valueName: "list"))
    var list: String
    @OptionGroup var asked: AskedOptions
    @OptionGroup var options: QuestionOptions

    func validate() throws { try options.refuseSchema() }

    func run() throws {
        try asked.ask(options.selection) { store, selection in
            options.format.write(
                Table(try store.members(of: list, formerOnes: true, selection)), none: "Nobody ever joined.")
        }
    }
}

/// Sorts what a store has by the lists of a policy; those that it does not declare stay as they are.
struct AssetsUpdate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Applies the lists of a policy to what a store has.",
        discussion: """
            Lists that the policy does not declare stay as they are; a run with that policy gives them up: their members \
            leave.
            """)
    @Option(help: ArgumentHelp("A policy file (repeatable).", valueName: "file"), completion: .file())
    var policy: [String] = []
    @Option(
        help: ArgumentHelp(
            "A plugin file, folder or pack (repeatable). Default: installed packs and ./plugins.",
            valueName: "path"),
        completion: .file())
    var plugins: [String] = []
    @Option(
        help: ArgumentHelp(
            "The store. Default: \(AskedOptions.usualStoreInWords).", valueName: "file"),
        completion: .file(), transform: FileName.file(store:))
    var store: String?

    func run() throws {
        guard !policy.isEmpty else { throw Outcome.usage("name the policy with the lists: --policy FILE") }
        let library = try PluginLibrary(plugins: plugins, policy: policy, isStrict: true)
        let path = try AskedOptions.path(store)
        var changes: [AssetChange] = []
        var failures: [String] = []
        var others: [String] = []
        do {
            let declared = library.library.assetLists.map(\.name)
            others = try Store(reading: path).assetLists().map(\.name).filter { !declared.contains($0) }
            let writer = try StoreWriter(Store(writing: path), pace: .patient)
            var batch = StoreBatch()
            if let lists = library.assetStep(keepsOthers: true) { batch.append(lists) }
            writer.submit(batch)
            writer.finish()
            let problems = writer.takeProblems()
            if !problems.isEmpty { throw Outcome.failed(problems) }
            changes = writer.takeAssetChanges()
            failures = writer.listsSwitchedOffInWords
        } catch let error as StoreError {
            throw Outcome.failed([error.description])
        }
        for change in changes { Console.print(change.title) }
        Console.print(
            "\(counted(library.library.assetLists.count, "list")), \(counted(changes.count, "change"))"
                + "; members: offport assets --store \(AskedOptions.quoted(path))")
        if !others.isEmpty {
            let names = others.map { "'\($0)'" }.joined(separator: ", ")
            Console.print("not in this policy, left as they are: \(names)")
        }
        if !failures.isEmpty { throw Outcome.failed(failures) }
    }
}
